/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit 0 if libgit2, as linked, starts and can make, open, write and read the repository argv[1].
 * Any other status names the first step that failed. cmake/Libgit2.cmake runs this when it
 * configures.
 */
#include <git2.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const char text[] = "gmig";
    git_repository *repository = NULL;
    git_odb *odb = NULL;
    git_config *config = NULL;
    git_index *index = NULL;
    git_blob *blob = NULL;
    git_strarray refs = {0};
    git_oid id;

    if (argc != 2 || git_libgit2_init() < 1)
        return 1;
    if (git_repository_init(&repository, argv[1], 1) < 0)
        return 2;
    git_repository_free(repository);
    if (git_repository_open(&repository, argv[1]) < 0)
        return 3;
    if (git_repository_odb(&odb, repository) < 0 ||
        git_repository_config(&config, repository) < 0 ||
        git_repository_index(&index, repository) < 0 || git_reference_list(&refs, repository) < 0)
        return 4;
    if (git_blob_create_from_buffer(&id, repository, text, sizeof(text)) < 0 ||
        git_blob_lookup(&blob, repository, &id) < 0 ||
        memcmp(git_blob_rawcontent(blob), text, sizeof(text)) != 0)
        return 5;

    git_blob_free(blob);
    git_strarray_dispose(&refs);
    git_index_free(index);
    git_config_free(config);
    git_odb_free(odb);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return 0;
}
