import type { ProviderName } from "../../src/domain/trusts/provider.ts";

/** Claims of a token as in the documentation of its provider, and the claims that a trust pins. */
export interface SampleClaims {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly pinned: Readonly<Record<string, string>>;
  readonly run: { readonly repository: string; readonly workflow: string; readonly runId: string };
}

const circle = "oidc.circleci.com";

/** One sample of each provider. */
export const sampleClaims: Readonly<Record<ProviderName, SampleClaims>> = {
  github: {
    claims: {
      sub: "repo:octo-org/octo-repo:environment:production",
      environment: "production",
      ref: "refs/heads/main",
      repository: "octo-org/octo-repo",
      repository_owner: "octo-org",
      repository_id: "74",
      repository_owner_id: "65",
      repository_visibility: "private",
      run_id: "9001",
      run_number: "10",
      run_attempt: "2",
      runner_environment: "github-hosted",
      actor: "octocat",
      actor_id: "12",
      workflow: "rotate",
      workflow_ref: "octo-org/octo-repo/.github/workflows/rotate.yml@refs/heads/main",
      job_workflow_ref: "octo-org/octo-repo/.github/workflows/rotate.yml@refs/heads/main",
      head_ref: "",
      base_ref: "",
      event_name: "schedule",
      ref_type: "branch",
    },
    pinned: {
      repository_id: "74",
      repository_owner_id: "65",
      workflow_path: ".github/workflows/rotate.yml",
      environment: "production",
    },
    run: { repository: "octo-org/octo-repo", workflow: ".github/workflows/rotate.yml", runId: "9001" },
  },
  gitlab: {
    claims: {
      sub: "project_path:my-group/my-project:ref_type:branch:ref:main",
      namespace_id: "72",
      namespace_path: "my-group",
      project_id: "20",
      project_path: "my-group/my-project",
      pipeline_id: "574",
      pipeline_source: "schedule",
      job_id: "302",
      ref: "main",
      ref_type: "branch",
      ref_path: "refs/heads/main",
      ref_protected: "true",
      environment: "production",
      environment_protected: "true",
      runner_environment: "gitlab-hosted",
      ci_config_ref_uri: "gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
    },
    pinned: {
      project_id: "20",
      namespace_id: "72",
      ci_config_ref_uri: "gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
      ref_protected: "true",
    },
    run: {
      repository: "my-group/my-project",
      workflow: "gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
      runId: "574",
    },
  },
  buildkite: {
    claims: {
      sub: "organization:acme-inc:pipeline:rotate:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:rotate",
      organization_slug: "acme-inc",
      organization_id: "f1a3b7c2-7d5e-4b0e-9a51-0d2c1f1a2b3c",
      pipeline_slug: "rotate",
      pipeline_id: "0b8d1c1e-2f3a-4c5d-8e6f-7a8b9c0d1e2f",
      build_number: 1,
      build_branch: "main",
      build_commit: "9f3182061f1e2cca4702c368cbc039b7dc9d4485",
      step_key: "rotate",
      job_id: "0184990a-477b-4fa8-9968-496074483cee",
      runner_environment: "self-hosted",
    },
    pinned: {
      organization_id: "f1a3b7c2-7d5e-4b0e-9a51-0d2c1f1a2b3c",
      pipeline_id: "0b8d1c1e-2f3a-4c5d-8e6f-7a8b9c0d1e2f",
      build_branch: "main",
    },
    run: { repository: "acme-inc/rotate", workflow: "rotate", runId: "1" },
  },
  circleci: {
    claims: {
      sub: "org/1c5b8a53-71c1-4e6c-b5b0-d0e9b5d5b2a1/project/5a1e0f3c-6f0d-4f8e-8a4f-0d6c1e2b3a4d/user/77",
      [`${circle}/project-id`]: "5a1e0f3c-6f0d-4f8e-8a4f-0d6c1e2b3a4d",
      [`${circle}/context-ids`]: ["0e9b1f2a-3c4d-4e5f-8a6b-7c8d9e0f1a2b"],
      [`${circle}/vcs-origin`]: "github.com/acme/rotate",
      [`${circle}/vcs-ref`]: "refs/heads/main",
      [`${circle}/workflow-id`]: "w-1",
      [`${circle}/job-id`]: "j-1",
      [`${circle}/ssh-rerun`]: false,
      // CircleCI's tokens have no jti.
      jti: undefined,
    },
    pinned: {
      [`${circle}/project-id`]: "5a1e0f3c-6f0d-4f8e-8a4f-0d6c1e2b3a4d",
      [`${circle}/vcs-ref`]: "refs/heads/main",
    },
    run: { repository: "github.com/acme/rotate", workflow: "w-1", runId: "j-1" },
  },
  kubernetes: {
    claims: {
      sub: "system:serviceaccount:prod:rotator",
      "kubernetes.io": {
        namespace: "prod",
        pod: { name: "rotator-1", uid: "ee4a1e0f-6f0d-4f8e-8a4f-0d6c1e2b3a4d" },
        serviceaccount: { name: "rotator", uid: "6a1e0f3c-6f0d-4f8e-8a4f-0d6c1e2b3a4d" },
      },
    },
    pinned: {
      sub: "system:serviceaccount:prod:rotator",
      "kubernetes.io/serviceaccount/uid": "6a1e0f3c-6f0d-4f8e-8a4f-0d6c1e2b3a4d",
    },
    run: { repository: "prod", workflow: "system:serviceaccount:prod:rotator", runId: "rotator-1" },
  },
};
