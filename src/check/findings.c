/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

size_t gm_findings_count(const gm_findings *findings, gm_severity severity)
{
    size_t count = 0;
    GM_EACH (const gm_finding, finding, findings)
        count += !finding->allowed && finding->severity >= severity;
    return count;
}
