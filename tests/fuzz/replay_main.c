/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of a corpus folder, so that each find stays a test. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static void run_file(const char *folder, const char *name)
{
    size_t len = strlen(folder) + strlen(name) + 2;
    char *path = malloc(len);
    MUST(path);
    snprintf(path, len, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    MUST(file);
    struct stat status;
    MUST(fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode));
    size_t size = (size_t)status.st_size;
    /* Exactly as large as the input, so that sanitizers see a read behind it. */
    uint8_t *data = malloc(size ? size : 1);
    MUST(data && fread(data, 1, size, file) == size);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    free(path);
}

static size_t run_folder(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    MUST(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        run_file(path, entry->d_name);
        count++;
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORPUS-FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        MUST(run_folder(argv[i]) > 0);
    LLVMFuzzerTestOneInput(NULL, 0);
    return 0;
}
