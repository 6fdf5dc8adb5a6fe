/* SPDX-License-Identifier: Apache-2.0 */
#include "gmig/gmig.h"

const char *gmig_version(void)
{
    return GMIG_VERSION;
}
