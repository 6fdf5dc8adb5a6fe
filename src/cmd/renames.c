/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/renames.h"

gm_code gm_read_renames(gm_invocation *invocation, gm_renames *renames, gm_err *err)
{
    GM_EACH (const gm_str, text, gm_values_of(invocation, "rename")) {
        gm_rename rename = {0};
        GM_TRY(gm_rename_parse(invocation->arena, *text, &rename, err));
        gm_vec_push(invocation->arena, renames, rename);
    }
    return GM_OK;
}
