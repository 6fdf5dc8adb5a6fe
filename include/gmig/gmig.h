/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GMIG_GMIG_H
#define GMIG_GMIG_H

/*
 * The public API of libgmig. Its ABI is unstable until 1.0.
 */

#ifdef __cplusplus
extern "C" {
#endif

#define GMIG_API __attribute__((visibility("default")))

/* "0.1.0" */
GMIG_API const char *gmig_version(void);

#ifdef __cplusplus
}
#endif

#endif
