/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_SEVERITY_H
#define GM_BASE_SEVERITY_H

/*
 * Severity: how much a finding weighs. Ordered: the heavier is the greater.
 */

#include "base/str.h"

typedef enum {
    GM_SEVERITY_OFF,
    GM_SEVERITY_INFO,
    GM_SEVERITY_WARNING,
    GM_SEVERITY_ERROR
} gm_severity;

const char *gm_severity_name(gm_severity severity); /* "off", "info", "warning", "error" */
bool gm_severity_parse(gm_str name, gm_severity *severity);

#endif
