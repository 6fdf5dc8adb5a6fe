#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig ci: each system's events, what HEAD is compared with for them, and how that is reported.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# What runs this test may be a CI system, too.
for name in $(env | sed -nE 's/^((CI|GITHUB|GITLAB|GITEA|FORGEJO|BITBUCKET|TF_BUILD|BUILD|SYSTEM|BUILDKITE|DRONE|TEAMCITY|JENKINS|GIT_BRANCH|CHANGE|BRANCH|TAG)[A-Z_]*)=.*/\1/p'); do
    unset "$name"
done

# main: aaaa1, bbbb2. topic: cccc3 beside bbbb2. Both pass alone.
git init -q --bare origin.git
new_repo work
git remote add origin ../origin.git
revision aaaa1 ""
commit one
old_main=$(git rev-parse HEAD)
git checkout -q -b topic
revision cccc3 aaaa1
commit topic
git checkout -q main
revision bbbb2 aaaa1
commit two
git push -q origin main topic
new_main=$(git rev-parse main)
cd "$box/here"

short() {
    printf %.12s "$1"
}

job() { # job COMMIT: a clone as a CI system makes one, with COMMIT checked out
    rm -rf job
    git clone -q origin.git job
    git -C job checkout -q --detach "$1"
    # Few systems have it.
    git -C job remote set-head origin -d
    cd job
}

# ---- a pull request of every system: two heads that neither branch has
pull_request() { # pull_request SYSTEM WHY NAME=VALUE...
    system=$1
    why=$2
    shift 2
    expect 1 env "$@" gmig ci
    has divergent-heads
    has_err "gmig: $system: a pull request"
    has "united with origin/main ($(short "$new_main"), from $why)"
}
job origin/topic
pull_request "GitHub Actions" GITHUB_BASE_REF GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main \
    GITHUB_REF=refs/pull/7/merge
has "::error file=migrations/cccc3.sql,line=2,title=divergent-heads::"
pull_request "Forgejo Actions" GITHUB_BASE_REF GITHUB_ACTIONS=true FORGEJO_ACTIONS=true GITHUB_EVENT_NAME=pull_request \
    GITHUB_BASE_REF=main
has "migrations/cccc3.sql:2: error: "
pull_request "GitLab CI" CI_MERGE_REQUEST_TARGET_BRANCH_NAME GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event \
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
pull_request "Bitbucket Pipelines" BITBUCKET_PR_DESTINATION_BRANCH BITBUCKET_BUILD_NUMBER=1 BITBUCKET_PR_ID=7 \
    BITBUCKET_BRANCH=topic BITBUCKET_PR_DESTINATION_BRANCH=main
pull_request "Azure Pipelines" SYSTEM_PULLREQUEST_TARGETBRANCH TF_BUILD=True BUILD_REASON=PullRequest \
    SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main
has "##vso[task.logissue type=error;sourcepath=migrations/cccc3.sql;linenumber=2;code=divergent-heads]"
pull_request Buildkite BUILDKITE_PULL_REQUEST_BASE_BRANCH BUILDKITE=true BUILDKITE_PULL_REQUEST=7 BUILDKITE_BRANCH=topic \
    BUILDKITE_PULL_REQUEST_BASE_BRANCH=main
pull_request Jenkins CHANGE_TARGET JENKINS_URL=http://localhost/ CHANGE_ID=7 BRANCH_NAME=PR-7 CHANGE_TARGET=main
pull_request Drone DRONE_TARGET_BRANCH DRONE=true DRONE_BUILD_EVENT=pull_request DRONE_BRANCH=main DRONE_TARGET_BRANCH=main
pull_request "Woodpecker CI" CI_COMMIT_TARGET_BRANCH CI=woodpecker CI_PIPELINE_EVENT=pull_request CI_COMMIT_BRANCH=main \
    CI_COMMIT_TARGET_BRANCH=main
# TeamCity tells nothing of the branch: gmig.yml does.
printf 'trunk: origin/main\n' >gmig.yml
expect 1 env TEAMCITY_VERSION=2026.1 gmig ci
has "##teamcity[buildProblem description='divergent-heads: with origin/main there are 2 heads"
has_err "gmig: TeamCity: no push and no pull request"
rm gmig.yml
cd "$box/here"

# The merge that GitHub makes of a pull request, in the clone of depth 2 that is enough for it.
git -C work checkout -q --detach main
git -C work merge -q --no-ff -m "Merge $(git -C work rev-parse topic) into $new_main" topic
git -C work push -q origin HEAD:refs/pull/7/merge
git init -q job-2
cd job-2
git fetch -q --depth=2 "file://$box/here/origin.git" refs/pull/7/merge
git checkout -q FETCH_HEAD
expect 1 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main gmig ci
has divergent-heads
has "united with $new_main"
# What the event says the base was is from when the pull request was opened: it does not count, the merge itself does.
printf '{"pull_request": {"base": {"sha": "%s"}}}' "$old_main" >"$box/event.json"
expect 1 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH="$box/event.json" gmig ci
has "united with $new_main"
# So with GitLab's commit at which the branch began.
cd "$box/here"
job origin/topic
expect 1 env GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main \
    CI_MERGE_REQUEST_DIFF_BASE_SHA="$old_main" gmig ci
has divergent-heads
cd "$box/here"

# ---- a merge queue
job origin/topic
printf '{"merge_group": {"base_sha": "%s"}}' "$new_main" >"$box/event.json"
expect 1 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=merge_group GITHUB_EVENT_PATH="$box/event.json" \
    GITHUB_REF=refs/heads/gh-readonly-queue/main/pr-7-x gmig ci
has "from merge_group.base_sha of GITHUB_EVENT_PATH"
has_err "GitHub Actions: a merge queue, branch gh-readonly-queue/main/pr-7-x"
cd "$box/here"

# ---- a push to another branch: the default branch, where it is known and here
job origin/topic
expect 1 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=topic CI_DEFAULT_BRANCH=main gmig ci
has "united with origin/main ($(short "$new_main"), the default branch)"
has_err "gmig: GitLab CI: a push, branch topic"
git update-ref -d refs/remotes/origin/main
git branch -D -q main
expect 0 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=topic CI_DEFAULT_BRANCH=main gmig ci
hasnt united
cd "$box/here"

# ---- a push to the default branch: what it was before
job origin/main
github_push() { # github_push STATUS
    expect "$1" env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/main GITHUB_REF_TYPE=branch \
        GITHUB_EVENT_PATH="$box/event.json" gmig ci --report text
}
printf '{"before": "%s", "repository": {"default_branch": "main"}}' "$old_main" >"$box/event.json"
github_push 0
has "united with $old_main ($(short "$old_main"), what the default branch was before)"
sed -i 's/aaaa1 (id INTEGER)/aaaa1 (id TEXT)/' migrations/aaaa1.sql
commit "edit what is shipped"
commit "and something else"
edited=$(git rev-parse HEAD)
github_push 1
has shipped-revision-changed
# A force push takes nothing back that was shipped.
git checkout -q --detach "$old_main"
printf '{"before": "%s", "repository": {"default_branch": "main"}}' "$new_main" >"$box/event.json"
github_push 1
has shipped-revision-deleted
git checkout -q --detach "$edited"
# Without the event the first parent stands for it, which has the edit already.
printf '{"repository": {"default_branch": "main"}}' >"$box/event.json"
github_push 0
has "united with $(git rev-parse HEAD~1)"
expect 1 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_DEFAULT_BRANCH=main \
    CI_COMMIT_BEFORE_SHA="$old_main" gmig ci
has shipped-revision-changed
# gmig.yml says which branch it is where the system does not.
printf 'trunk: origin/main\n' >gmig.yml
expect 0 env TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/main gmig ci
has "what the default branch was before"
expect 1 env TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/other/main gmig ci
hasnt "what the default branch was before"
rm gmig.yml
cd "$box/here"

# The open branches are swept: what they will do to each other is told, and fails nobody's job.
cd work
git checkout -q -b topic-2 "$old_main"
revision dddd4 aaaa1
commit "topic 2"
git push -q origin topic-2
cd "$box/here"
job origin/main
sweep() {
    expect 0 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_DEFAULT_BRANCH=main gmig ci "$@"
    has "warning: 2 branches go on from aaaa1 in lineage default, and so does main with bbbb2 (migrations/bbbb2.sql): "
    has "origin/topic with cccc3 (migrations/cccc3.sql)"
    has "origin/topic-2 with dddd4 (migrations/dddd4.sql)"
    has_err "2 with revisions of their own"
}
sweep
sweep --fail-on warning
# Nobody sweeps for a branch or a pull request.
expect 1 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=topic CI_DEFAULT_BRANCH=main gmig ci --base origin/topic-2
hasnt "branches go on"
cd "$box/here"

# A clone that ends before it cannot tell, says how it could, and tells the rest.
rm -rf job
git clone -q --depth=1 --branch main "file://$box/here/origin.git" job
cd job
printf '{"before": "%s", "repository": {"default_branch": "main"}}' "$old_main" >"$box/event.json"
github_push 3
has "cannot tell: the base $old_main (what the default branch was before) is not in this clone"
has "fix: Run: git fetch --unshallow origin $old_main"
has "2 revisions of migrations/"
expect 0 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/main \
    GITHUB_EVENT_PATH="$box/event.json" gmig ci --if-unknown=warn
has "::warning title=cannot-tell::"
# The first commit of all has nothing before it.
cd "$box/here"
new_repo first
revision aaaa1 ""
commit one
expect 0 env GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_DEFAULT_BRANCH=main gmig ci
same <<'END'
nothing found in 1 revision of migrations/ at HEAD
END
cd "$box/here"

# ---- reports: what is shown is shown whatever goes to files
job origin/topic
expect 1 env GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main \
    gmig ci --report gitlab:quality.json --report junit:gmig.xml
has "error: "
[ "$(jq -r '.[0].check_name' quality.json)" = divergent-heads ] || fail "no Code Quality"
grep -q '<failure message="with origin/main there are 2 heads' gmig.xml || fail "no test report"
expect 1 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main \
    GITHUB_STEP_SUMMARY="$box/summary" gmig ci --quiet
same_err </dev/null
grep -q '^| error | divergent-heads | ' "$box/summary" || fail "no summary"
expect 1 env TF_BUILD=True SYSTEM_PULLREQUEST_TARGETBRANCH=main gmig ci --json
json .findings[0].rule '"divergent-heads"'
expect 2 gmig ci --report junk
# Both sides of a collision have their places.
expect 1 gmig ci --base origin/main --report sarif:gmig.sarif --report rdjson:gmig.json --json
json '.findings[0] | .path, .line, .other' '"migrations/cccc3.sql"
2
{"path":"migrations/bbbb2.sql","line":2}'
[ "$(jq -c '.runs[0].results[0] | .locations[0], .relatedLocations[0] | .physicalLocation | .artifactLocation.uri, .region.startLine' \
    gmig.sarif | tr '\n' ' ')" = '"migrations/cccc3.sql" 2 "migrations/bbbb2.sql" 2 ' ] || fail "the places in SARIF"
[ "$(jq -r '.diagnostics[0].related_locations[0].location.path' gmig.json)" = migrations/bbbb2.sql ] || fail "the places in rdjson"

# ---- anywhere else it is the check of HEAD
expect 0 gmig ci
has_err "gmig: no CI system that gmig knows"
expect 1 gmig ci --base origin/main
has divergent-heads
expect 0 gmig ci --base origin/topic
expect 2 gmig ci --base nowhere
mkdir "$box/plain"
cd "$box/plain"
expect 3 gmig ci
has "cannot tell: "
