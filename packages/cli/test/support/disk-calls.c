/* Writes down, in order, what a process flushes and renames: one line for each call, in the file that DISK_CALLS names. Preloaded with
   LD_PRELOAD. A flush of a path that ends in DISK_FAULT fails with EIO, where that is set. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(const char *what, const char *path, const char *to) {
  char line[9000];
  const char *log = getenv("DISK_CALLS");
  if (log == NULL) return;
  int length = snprintf(line, sizeof line, "%s %s%s%s\n", what, path, to == NULL ? "" : " ", to == NULL ? "" : to);
  int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return;
  if (write(file, line, (size_t)length) < 0) perror("disk-calls");
  close(file);
}

static int sync_with(const char *name, int descriptor) {
  char link[64], path[4096];
  const char *fault = getenv("DISK_FAULT");
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  note("sync", path, NULL);
  size_t size = fault == NULL ? 0 : strlen(fault);
  if (size > 0 && strlen(path) >= size && strcmp(path + strlen(path) - size, fault) == 0) {
    errno = EIO;
    return -1;
  }
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return real(descriptor);
}

int fsync(int descriptor) { return sync_with("fsync", descriptor); }

int fdatasync(int descriptor) { return sync_with("fdatasync", descriptor); }

int rename(const char *from, const char *to) {
  note("rename", from, to);
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  return real(from, to);
}
