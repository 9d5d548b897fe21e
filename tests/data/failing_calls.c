/* Makes one call of the C library fail, or it and all behind it, on files whose name holds a text.
   FAILING_CALL is write, sync or rename; FAILING_NUMBER the first call that fails, from 1; FAILING_LASTING 1 where all behind
   it fail too; FAILING_PLACE a part of the names of the files. For tests/durability.rs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int named(const char *name) {
    const char *place = getenv("FAILING_PLACE");
    return place && name && strstr(name, place);
}

static int fails(const char *call, const char *name) {
    const char *wanted = getenv("FAILING_CALL"), *number = getenv("FAILING_NUMBER"), *lasting = getenv("FAILING_LASTING");
    if (!wanted || !number || strcmp(wanted, call) || !named(name)) return 0;
    long at = atomic_fetch_add(&calls, 1) + 1, first = atol(number);
    if (at != first && !(at > first && lasting && *lasting == '1')) return 0;
    if (at == first) {
        static ssize_t (*real)(int, const void *, size_t);
        if (!real) real = dlsym(RTLD_NEXT, "write");
        char line[600];
        int length = snprintf(line, sizeof line, "failing_calls: %s of %s\n", call, name);
        if (real) real(2, line, (size_t)length);
    }
    return 1;
}

static const char *name_of(int file, char *name, size_t size) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, size - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return name;
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    char name[500];
    if (file > 2 && fails("write", name_of(file, name, sizeof name))) { errno = ENOSPC; return -1; }
    return real(file, bytes, count);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    char name[500];
    if (fails("sync", name_of(file, name, sizeof name))) { errno = EIO; return -1; }
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    char name[500];
    if (fails("sync", name_of(file, name, sizeof name))) { errno = EIO; return -1; }
    return real(file);
}

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    if (!real) real = dlsym(RTLD_NEXT, "rename");
    if (fails("rename", to)) { errno = EIO; return -1; }
    return real(from, to);
}
