/*
 * Simulates a failing disk under the database of a server process that preloads this library. While the file FAULT_FILE
 * contains "sync", "write" or "read", this operation fails on files whose path contains FAULT_PATH. The error is that of
 * a bad or full disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_concerned(int fd) {
  const char *part = getenv("FAULT_PATH");
  char link[64], path[4096];
  if (part == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, part) != NULL;
}

static int is_failing(int fd, const char *operation) {
  const char *name = getenv("FAULT_FILE");
  char wanted[16] = {0};
  if (name == NULL) return 0;
  int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  static ssize_t (*real_read)(int, void *, size_t);
  if (real_read == NULL) real_read = dlsym(RTLD_NEXT, "read");
  ssize_t length = real_read(file, wanted, sizeof wanted - 1);
  close(file);
  return length > 0 && strcmp(wanted, operation) == 0 && is_concerned(fd);
}

#define REAL(result, name, ...)                                     \
  static result (*real)(__VA_ARGS__);                               \
  if (real == NULL) real = dlsym(RTLD_NEXT, name)

int fsync(int fd) {
  REAL(int, "fsync", int);
  if (is_failing(fd, "sync")) { errno = EIO; return -1; }
  return real(fd);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  if (is_failing(fd, "sync")) { errno = EIO; return -1; }
  return real(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (is_failing(fd, "write")) { errno = ENOSPC; return -1; }
  return real(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  if (is_failing(fd, "write")) { errno = ENOSPC; return -1; }
  return real(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (is_failing(fd, "write")) { errno = ENOSPC; return -1; }
  return real(fd, bytes, count, offset);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, "pread", int, void *, size_t, off_t);
  if (is_failing(fd, "read")) { errno = EIO; return -1; }
  return real(fd, bytes, count, offset);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) {
  REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
  if (is_failing(fd, "read")) { errno = EIO; return -1; }
  return real(fd, bytes, count, offset);
}
