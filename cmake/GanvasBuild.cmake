# How every target of this project is compiled, and the functions that make the libraries.

find_program(CCACHE ccache)
if(CCACHE)
    # The slopes that precompiled headers need; gcc wants -fpch-preprocess with them.
    set(launcher ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

# The same for libraries and programs, so that all can share one precompiled header. Never -fopenmp: LibTorch brings
# an OpenMP runtime of its own, and two in one process cost three times the speed.
add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fPIC>)

if(GANVAS_SANITIZER STREQUAL "address")
    set(sanitizer -fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer)
elseif(GANVAS_SANITIZER STREQUAL "fuzzer")  # clang only
    set(sanitizer -fsanitize=address,undefined,float-cast-overflow,fuzzer-no-link -fno-sanitize=vptr
        -fno-omit-frame-pointer)
elseif(GANVAS_SANITIZER STREQUAL "thread")
    set(sanitizer -fsanitize=thread -fno-omit-frame-pointer)
elseif(GANVAS_SANITIZER)
    message(FATAL_ERROR "GANVAS_SANITIZER is address, fuzzer, thread or empty, not ${GANVAS_SANITIZER}")
endif()
if(sanitizer)
    add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:${sanitizer}>")
    add_link_options(${sanitizer})
    # GCC takes what the sanitisers insert for reads of what was never written.
    set(sanitizer_warnings $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
endif()

find_package(Threads REQUIRED)

# Warnings are errors with the compilers that this is tested with; a newer one has others.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
endif()

# What the project's own sources get and third-party sources do not.
add_library(ganvas_options INTERFACE)
target_include_directories(ganvas_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(ganvas_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wno-conversion>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>
    ${sanitizer_warnings}
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety -Wno-missing-field-initializers>)
target_link_libraries(ganvas_options INTERFACE Threads::Threads)

# Headers of much template code (LibTorch, CLI11, JSON) cost each compiler run up to 10 s, precompiled or not. Compiled by
# eights, all takes half of the time; OFF where one source is worked on, or to see that each names what it uses.
option(GANVAS_UNITY "Compile sources by eights" ON)
function(ganvas_compile_together name)
    if(GANVAS_UNITY)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
endfunction()

# ganvas_library(NAME FOLDER [RECURSE] [PUBLIC target...] [PRIVATE target...])
# A static library of the .cpp files in FOLDER (below the current one); one without sources as long as there are none.
function(ganvas_library name folder)
    cmake_parse_arguments(ARG "RECURSE" "" "PUBLIC;PRIVATE" ${ARGN})
    set(glob GLOB)
    if(ARG_RECURSE)
        set(glob GLOB_RECURSE)
    endif()
    file(${glob} sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
    if(sources)
        add_library(${name} STATIC ${sources})
        target_link_libraries(${name} PUBLIC ganvas_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
        ganvas_compile_together(${name})
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE ganvas_options ${ARG_PUBLIC})
    endif()
endfunction()

# Compiles a target's sources behind the models' precompiled LibTorch header.
function(ganvas_use_torch_header name)
    get_target_property(kind ${name} TYPE)
    get_target_property(models ganvas_models TYPE)
    if(kind STREQUAL "INTERFACE_LIBRARY")
        return()
    elseif(models STREQUAL "INTERFACE_LIBRARY")
        target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/models/torch_pch.h)
    else()
        target_precompile_headers(${name} REUSE_FROM ganvas_models)
    endif()
endfunction()

# ganvas_gui_library(NAME FOLDER [PUBLIC ...] [PRIVATE ...])
# Makes NAME and, with tests, NAME_testing: the same sources against the Dear ImGui that has the test engine in it.
function(ganvas_gui_library name folder)
    ganvas_library(${name} ${folder} ${ARGN})
    if(GANVAS_TESTS)
        string(REGEX REPLACE "(third_party::imgui|third_party::implot|ganvas_widgets|ganvas_panels)(;|$)" "\\1_testing\\2"
            testing "${ARGN}")
        ganvas_library(${name}_testing ${folder} ${testing})
    endif()
endfunction()

# cmake --build ... --target format | tidy. Formatting is checked by a test; clang-tidy looks at what does not use
# LibTorch (it cannot read gcc's precompiled header, and LibTorch's headers cost it a quarter of a minute a file).
find_program(CLANG_FORMAT clang-format-14)
if(CLANG_FORMAT)
    add_custom_target(format WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM COMMAND sh -c
        "find app engine models tests \\( -name '*.h' -o -name '*.cpp' -o -name '*.cu' \\) -exec ${CLANG_FORMAT} -i {} +")
endif()
find_program(CLANG_TIDY NAMES clang-tidy-14)
if(CLANG_TIDY)
    add_custom_target(tidy WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM COMMAND sh -c
        "find engine/core engine/data engine/jobs engine/runs engine/export app -name '*.cpp' -print0 \
            | xargs -0 -P 2 -n 4 ${CLANG_TIDY} --quiet -p ${CMAKE_BINARY_DIR}")
endif()
