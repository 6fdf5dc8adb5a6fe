/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Let libgit2 come to an end on a loose object that was cut off.
 *
 * Why: git_zstream_get_output() of libgit2 1.5 inflates until the object has the size its header
 * says. Of a file that ends before that, as a full disk or a lost power leaves it, it asks zlib for
 * more for ever, and gmig hangs in a hook. Later versions give up where nothing more comes.
 *
 * What: the linker's --wrap sends odb_loose.c's calls here. This does the same with the function
 * for one chunk, and stops at a chunk without a byte; odb_loose.c then finds that the stream is not
 * at its end, and fails. cmake/Libgit2.cmake links this file as it does no_transports.c, into
 * executables only; where libgit2 is a shared library its own function stays.
 *
 * Source of the rule: src/util/zstream.c and src/libgit2/odb_loose.c of libgit2 1.5.1 and of its
 * main branch.
 */
#include <stddef.h>

/* Internal to libgit2: no installed header declares them. The stream's layout does not matter here.
 */
/* The linker makes the name. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
 */
struct git_zstream;
int git_zstream_get_output_chunk(void *out, size_t *out_len, struct git_zstream *stream);
int __wrap_git_zstream_get_output(void *out, size_t *out_len, struct git_zstream *stream);

int __wrap_git_zstream_get_output(void *out, size_t *out_len, struct git_zstream *stream)
{
    size_t done = 0;
    while (done < *out_len) {
        size_t part = *out_len - done;
        if (git_zstream_get_output_chunk((char *)out + done, &part, stream) < 0)
            return -1;
        if (part == 0)
            break;
        done += part;
    }
    *out_len = done;
    return 0;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
