/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_YAML_EMIT_H
#define GM_MODELS_YAML_EMIT_H

/*
 * Values as YAML writes them. Inside models/ only.
 */

#include "base/buf.h"

/* A value or a key, also between braces: as it is where nobody could read it otherwise, else in
 * double quotes. */
gm_str gm_yaml_scalar(gm_arena *arena, gm_str text);

/* "[a, b]" */
gm_str gm_yaml_list(gm_arena *arena, const gm_strs *items);

/* Behind "key:": on the same line, or below it and indented by `indent` where it has several. */
void gm_yaml_add_text(gm_buf *buf, gm_str text, int indent);

/* A mapping between braces, made pair by pair. */
typedef struct {
    gm_arena *arena;
    gm_buf buf;
} gm_yaml_flow;

gm_yaml_flow gm_yaml_flow_new(gm_arena *arena);
/* `value` is YAML already. Nothing is added when it is empty. */
void gm_yaml_flow_add(gm_yaml_flow *flow, const char *key, gm_str value);
gm_str gm_yaml_flow_text(gm_yaml_flow *flow);

#endif
