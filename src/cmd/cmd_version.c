/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    (void)status;
    (void)err;
    if (!invocation->json) {
        gm_out("gmig %s\n", GMIG_VERSION);
        return GM_OK;
    }
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "version", GM_STR(GMIG_VERSION));
    gm_out_json(invocation, document);
    return GM_OK;
}

const gm_command gm_cmd_version = {
    .name = "version",
    .synopsis = "",
    .summary = "Show the version of gmig",
    .run = run,
};
