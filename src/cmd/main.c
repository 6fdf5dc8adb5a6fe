/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

int main(void)
{
    puts("gmig " GMIG_VERSION);
    return 0;
}
