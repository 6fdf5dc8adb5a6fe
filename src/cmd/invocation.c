/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

gm_code gm_invocation_project(gm_invocation *invocation, gm_project **project, gm_err *err)
{
    return gm_project_open(invocation->arena, &invocation->project, project, err);
}
