/* A disk that can lose its power: loaded before the C library, it notes every write, cut and sync
 * of the database and of its log in the file POWER_LOG, in the order in which they were done, and
 * lets one of them fail where POWER_FAIL says so: W or S, which of them, and the error's number. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char fail_kind;
static long fail_at, fail_errno, seen;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *path = getenv("POWER_LOG");
    if (path) log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const char *fail = getenv("POWER_FAIL");
    if (fail) sscanf(fail, "%c:%ld:%ld", &fail_kind, &fail_at, &fail_errno);
}

/* 0 for the database, 1 for its log, -1 for everything else. */
static int which(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (log_fd < 0 || length < 0) return -1;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!name) return -1;
    if (!strcmp(name, "/pocketdesk.db")) return 0;
    return strcmp(name, "/pocketdesk.db-wal") ? -1 : 1;
}

static void note(char kind, int file, uint64_t at, const void *data, uint32_t length) {
    unsigned char head[14] = {(unsigned char)kind, (unsigned char)file};
    memcpy(head + 2, &at, 8);
    memcpy(head + 10, &length, 4);
    real_write(log_fd, head, sizeof head);
    if (data) real_write(log_fd, data, length);
}

static int fails(char kind) {
    if (kind != fail_kind || ++seen != fail_at) return 0;
    errno = (int)fail_errno;
    return 1;
}

static ssize_t written(int fd, int file, const void *data, size_t length, off_t at, int seeks) {
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (!fails('W')) {
        done = seeks ? real_write(fd, data, length) : real_pwrite(fd, data, length, at);
        int error = errno;
        if (done > 0) note('W', file, (uint64_t)at, data, (uint32_t)done);
        errno = error;
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) {
    int file = which(fd);
    if (file < 0) return real_write(fd, data, length);
    return written(fd, file, data, length, lseek(fd, 0, SEEK_CUR), 1);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    int file = which(fd);
    if (file < 0) return real_pwrite(fd, data, length, at);
    return written(fd, file, data, length, at, 0);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) {
    return pwrite(fd, data, length, at);
}

int ftruncate(int fd, off_t length) {
    int file = which(fd);
    if (file < 0) return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    int done = real_ftruncate(fd, length);
    if (!done) note('T', file, (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off_t length) {
    return ftruncate(fd, length);
}

static int synced(int fd, int (*sync)(int)) {
    int file = which(fd);
    if (file < 0) return sync(fd);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!fails('S')) {
        done = sync(fd);
        if (!done) note('S', file, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) {
    return synced(fd, real_fsync);
}

int fdatasync(int fd) {
    return synced(fd, real_fdatasync);
}
