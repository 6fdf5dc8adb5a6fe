/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_BOUNDED_MEMORY_H
#define GM_GIT_BOUNDED_MEMORY_H

/*
 * Bounded memory: libgit2 allocates no piece above a bound while it reads an object.
 *
 * What a repository holds may be of any size, and is not to be allocated before that size is known
 * to be sensible. libgit2 can be asked for it first; but of an object that is packed as a
 * difference to others it then walks the whole chain of them, which takes longer than to inflate
 * it. An allocator that refuses what is too large costs nothing.
 *
 * The allocator is one for the process. A library does not take that from the program it is part
 * of; gmig's own main() does.
 */

#include <stdbool.h>
#include <stddef.h>

/* For a program of ours, before libgit2 starts. Without it, and with a libgit2 whose allocator has
 * other parts, gm_memory_bound answers false. */
void gm_memory_own(void);

/* From now on this thread gets no piece above `max` bytes from libgit2; SIZE_MAX: whatever it
 * wants. False where that cannot be seen to. */
bool gm_memory_bound(size_t max);

/* Whether one was refused since then. */
bool gm_memory_refused(void);

#endif
