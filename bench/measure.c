// Runs a program with its output thrown away, and prints what that took.
//
// usage: measure time PROGRAM ARGUMENT...     wall and CPU time in nanoseconds, the wait status
//        measure memory PROGRAM ARGUMENT...   peak memory in KiB, the wait status
//
// In C, because whoever starts a program shows in the result: a fork copies its page tables, and the peak that wait4
// reports (ru_maxrss) is at least the size of the parent at exec. That figure is of no use here for another reason:
// Linux keeps it from per-CPU counters, which miss up to 64 pages, a third of what a small program uses. So the peak
// is VmHWM, which is summed up exactly when it is read, from a program stopped on its way out (PTRACE_EVENT_EXIT).
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int null;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void execute(char** argv) {
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  execv(argv[0], argv);
  _exit(127);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long nanoseconds(struct timeval time) {
  return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

static void measure_time(char** argv) {
  struct rusage usage;
  int status;
  const long long start = now();
  const pid_t pid = vfork();
  if (pid == 0) execute(argv);
  if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) fail("cannot run it");
  const long long wall = now() - start;
  printf("%lld %lld %d\n", wall, nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime), status);
}

static long peak(pid_t pid) {
  char line[256];
  long kib = -1;
  snprintf(line, sizeof line, "/proc/%d/status", (int)pid);
  FILE* file = fopen(line, "r");
  if (file == NULL) fail(line);
  while (fgets(line, sizeof line, file) != NULL) sscanf(line, "VmHWM: %ld", &kib);
  fclose(file);
  return kib;
}

static void measure_memory(char** argv) {
  const pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execute(argv);
  }
  long kib = -1;
  int status, signal_to_pass = 0;
  if (pid < 0 || waitpid(pid, &status, 0) < 0) fail("cannot run it");
  if (WIFSTOPPED(status)) {  // after exec
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
    while (ptrace(PTRACE_CONT, pid, NULL, signal_to_pass), waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
      const int exiting = status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
      if (exiting) kib = peak(pid);
      signal_to_pass = exiting ? 0 : WSTOPSIG(status);
    }
  }
  printf("%ld %d\n", kib, status);
}

int main(int argc, char** argv) {
  null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) fail("/dev/null");
  if (argc > 2 && strcmp(argv[1], "time") == 0) {
    measure_time(argv + 2);
  } else if (argc > 2 && strcmp(argv[1], "memory") == 0) {
    measure_memory(argv + 2);
  } else {
    fputs("usage: measure time|memory PROGRAM ARGUMENT...\n", stderr);
    return 2;
  }
  return 0;
}
