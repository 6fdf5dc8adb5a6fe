/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

static const struct {
    const char *id;
    gm_severity severity;
    const char *summary;
} rules[GM_RULE_COUNT] = {
#define X(name, id, severity, summary) [GM_RULE_##name] = {id, GM_SEVERITY_##severity, summary},
#include "check/rules.def"
#undef X
};

const char *gm_rule_id(gm_rule rule)
{
    return rules[rule].id;
}

const char *gm_rule_summary(gm_rule rule)
{
    return rules[rule].summary;
}

gm_severity gm_rule_default_severity(gm_rule rule)
{
    return rules[rule].severity;
}

bool gm_rule_parse(gm_str id, gm_rule *rule)
{
    for (size_t i = 0; i < GM_RULE_COUNT; i++) {
        if (gm_str_is(id, rules[i].id)) {
            *rule = (gm_rule)i;
            return true;
        }
    }
    return false;
}
