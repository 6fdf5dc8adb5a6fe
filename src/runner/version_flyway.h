/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_FLYWAY_H
#define GM_RUNNER_VERSION_FLYWAY_H

/*
 * Flyway's table: a row for each time that something was done, by rank. The last row of a version,
 * or of a repeatable file, counts; a repeatable file is applied while that row has its checksum.
 *
 * Sources: flyway-core's MigrationVersion, ChecksumCalculator, JdbcTableSchemaHistory and the
 * createScripts of its PostgreSQL and SQLite databases.
 */

#include "runner/version_table.h"

extern const gm_version_table_ops gm_version_flyway;

/* The CRC-32 of its lines without their ends, as Flyway writes it: signed. */
int32_t gm_flyway_checksum(gm_str text);

#endif
