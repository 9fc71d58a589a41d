#include "tests/fuzz/no_writing.h"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

namespace ganvas::fuzz {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t processor = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t processor = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t processor = 0;
#endif

constexpr long refused[] = {
#ifdef SYS_mkdir // what arm64 has no longer
    SYS_creat,   SYS_mkdir,    SYS_rename,    SYS_link,     SYS_symlink,   SYS_unlink,
    SYS_rmdir,   SYS_mknod,
#endif
    SYS_openat2, SYS_mkdirat,  SYS_renameat2, SYS_linkat,   SYS_symlinkat, SYS_unlinkat,
    SYS_mknodat, SYS_truncate, SYS_execve,    SYS_execveat, SYS_socket,    SYS_kill};

constexpr std::uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;

using Filter = std::vector<sock_filter>;

void load(Filter& filter, std::size_t offset) {
    filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
}

/// Refuses the call when its flags, argument number `argument`, ask for writing.
void refuse_writing(Filter& filter, long call, std::size_t argument) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4));
    load(filter, offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t)); // its low half
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

void die(int, siginfo_t* information, void*) {
    std::fprintf(stderr, "a reader tried to write a file or to start a program: system call %d\n",
                 information->si_syscall);
    std::abort();
}

} // namespace

bool forbid_writing() {
    if (processor == 0) return false;
    Filter filter;
    load(filter, offsetof(seccomp_data, arch));
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, processor, 1, 0));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    load(filter, offsetof(seccomp_data, nr));
    for (const long call : refused) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
    }
#ifdef SYS_open
    refuse_writing(filter, SYS_open, 1);
#endif
    refuse_writing(filter, SYS_openat, 2);
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));

    struct sigaction action {};
    action.sa_sigaction = die;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, nullptr);
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
           && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

} // namespace ganvas::fuzz
