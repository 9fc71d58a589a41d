# The program looks for what it reads (recipes, studies, checkpoints, shaders, fonts, feature weights) in
# ../share/ganvas beside its own folder. In the build tree that folder is made of links into the source tree and
# the third-party cache, so an edited recipe or shader is there at once; an installation has copies.

set(GANVAS_SHARE ${CMAKE_BINARY_DIR}/share/ganvas)
file(MAKE_DIRECTORY ${GANVAS_SHARE})

function(ganvas_share link target)
    get_filename_component(folder ${GANVAS_SHARE}/${link} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK ${target} ${GANVAS_SHARE}/${link} SYMBOLIC)
endfunction()

file(GLOB asset_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true ${CMAKE_SOURCE_DIR}/assets/*)
foreach(entry IN LISTS asset_folders)
    get_filename_component(entry_name ${entry} NAME)
    if(entry_name STREQUAL "fonts")  # shares its folder with the third-party fonts below
        file(GLOB own_fonts CONFIGURE_DEPENDS ${entry}/*)
        foreach(font IN LISTS own_fonts)
            get_filename_component(font_name ${font} NAME)
            ganvas_share(fonts/${font_name} ${font})
        endforeach()
    else()
        ganvas_share(${entry_name} ${entry})
    endif()
endforeach()
if(EXISTS ${CMAKE_SOURCE_DIR}/shaders)
    ganvas_share(shaders ${CMAKE_SOURCE_DIR}/shaders)
endif()
foreach(font IN LISTS GANVAS_FONTS)
    get_filename_component(font_name ${font} NAME)
    ganvas_share(fonts/${font_name} ${font})
endforeach()
ganvas_share(features/efficientnet_lite0.safetensors ${GANVAS_LITE0_WEIGHTS})
