/* SPDX-License-Identifier: Apache-2.0 */
#include "base/severity.h"

static const char *const names[] = {
    [GM_SEVERITY_OFF] = "off",
    [GM_SEVERITY_INFO] = "info",
    [GM_SEVERITY_WARNING] = "warning",
    [GM_SEVERITY_ERROR] = "error",
};

const char *gm_severity_name(gm_severity severity)
{
    return names[severity];
}

bool gm_severity_parse(gm_str name, gm_severity *severity)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (gm_str_is(name, names[i])) {
            *severity = (gm_severity)i;
            return true;
        }
    }
    return false;
}
