/* Records each flush, rename and change of owner by a process as one line in the file DISK_CALLS. The line says if a
   flushed file is empty. Load this library with LD_PRELOAD. If DISK_FAULT is set, the flush of a path that ends in it
   fails with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Stores the path of an open file in `path`. */
static void find_path(int descriptor, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
}

static int sync_with(const char *name, int descriptor) {
  char path[4096];
  const char *fault = getenv("DISK_FAULT");
  find_path(descriptor, path, sizeof path);
  struct stat found;
  int isEmpty = fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 0;
  note(isEmpty ? "sync empty" : "sync", path, NULL);
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

static int chown_with(const char *name, const char *path, uid_t user, gid_t group) {
  note("chown by name", path, NULL);
  int (*real)(const char *, uid_t, gid_t) = (int (*)(const char *, uid_t, gid_t))dlsym(RTLD_NEXT, name);
  return real(path, user, group);
}

int chown(const char *path, uid_t user, gid_t group) { return chown_with("chown", path, user, group); }

int lchown(const char *path, uid_t user, gid_t group) { return chown_with("lchown", path, user, group); }

int fchown(int descriptor, uid_t user, gid_t group) {
  char path[4096];
  find_path(descriptor, path, sizeof path);
  note("chown", path, NULL);
  int (*real)(int, uid_t, gid_t) = (int (*)(int, uid_t, gid_t))dlsym(RTLD_NEXT, "fchown");
  return real(descriptor, user, group);
}
