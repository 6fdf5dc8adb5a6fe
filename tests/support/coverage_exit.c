/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Linked to the gmig of a coverage build, with --wrap=__gcov_exit: under GMIG_TEST_NO_COVERAGE=1 it leaves the counters of
 * the other runs alone. To merge 300 files takes as long as the rest of a short run, and a sweep makes hundreds of the
 * same ones.
 */

#include <stdlib.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void __real___gcov_exit(void);
void __wrap___gcov_exit(void);

void __wrap___gcov_exit(void)
{
    if (!getenv("GMIG_TEST_NO_COVERAGE"))
        __real___gcov_exit();
}
/* NOLINTEND(bugprone-reserved-identifier) */
