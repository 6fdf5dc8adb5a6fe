/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_DJANGO_NEW_H
#define GM_HISTORY_FORMATS_DJANGO_NEW_H

/*
 * The name of a new migration of Django's.
 */

#include "history/graph.h"

/*
 * Sets id and folder of a draft whose parents are known: the next number of their app, then what
 * `makemigrations --merge`, -n or --empty of Django 3.2 would write. GM_E_REFUSED for parents of
 * several apps, and for none: the first migration of an app is made of its models.
 */
gm_code gm_django_name_new(gm_arena *arena, const gm_graph *graph, bool merge,
                           gm_revision_draft *draft, gm_err *err);

#endif
