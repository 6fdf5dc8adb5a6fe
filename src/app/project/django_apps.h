/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_DJANGO_APPS_H
#define GM_APP_PROJECT_DJANGO_APPS_H

/*
 * Django's apps in a snapshot: where their migrations are, and how they are called.
 *
 * Settings are code, so INSTALLED_APPS and MIGRATION_MODULES are not read: every package called
 * migrations counts, and gmig.yml names those that are called otherwise. Sources: Django 3.2,
 * docs/ref/applications ("Configuring applications", AppConfig.label), docs/ref/settings
 * (MIGRATION_MODULES).
 */

#include "app/project/project.h"

/* The folders `migrations` with an __init__.py below gmig.yml's folder, in byte order; those of a
 * work tree that git does not know yet too, where they lie beside known ones. */
gm_code gm_django_folders(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_strs *folders, gm_err *err);

/*
 * The label of the app whose migrations are in `folder`: as `django: apps:` of gmig.yml says, else
 * the app's apps.py. Empty where neither does: then it is the name of the app's folder.
 */
gm_code gm_django_label(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                        gm_str folder, gm_str *label, gm_err *err);

#endif
