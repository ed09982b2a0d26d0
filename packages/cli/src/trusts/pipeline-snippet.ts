import type { Trust } from "@briksync/sdk";
import { sanitizeText } from "../text/sanitize.ts";

/** What the job of a snippet does. */
export interface SnippetFacts {
  readonly server: string;
  readonly trust: Trust;
  /** Name or ID of the first key, quoted for a shell. */
  readonly key: string;
}

/** The file and the lines to add to it, so that a job signs in with a trust. */
export interface Snippet {
  readonly file: string;
  readonly text: string;
}

/** Returns the configuration of a job that signs in with a trust and rotates its first key. */
export function writeSnippet(facts: SnippetFacts): Snippet {
  return (writers[facts.trust.provider] ?? writeGitHub)(facts);
}

const writers: Readonly<Record<string, (facts: SnippetFacts) => Snippet>> = {
  gitlab: writeGitLab,
  buildkite: writeBuildkite,
  circleci: writeCircleCi,
  kubernetes: writeKubernetes,
};

/** The command of a job. The destination is a placeholder, because only the user knows it. */
function writeCommand({ key }: SnippetFacts): string {
  return `briksync keys rotate ${key} --to DESTINATION`;
}

function writeGitHub(facts: SnippetFacts): Snippet {
  const { server, trust } = facts;
  const { environment, workflow_path: file = "the workflow" } = trust.claims;
  return {
    file,
    text: `jobs:
  rotate:
    runs-on: ubuntu-latest
${environment === undefined ? "" : `    environment: ${quote(environment)}\n`}    permissions: { id-token: write, contents: read }
    env: { BRIKSYNC_SERVER: ${quote(server)}, BRIKSYNC_TRUST: ${quote(trust.id)} }
    steps:
      - run: ${quote(writeCommand(facts))}
`,
  };
}

function writeGitLab(facts: SnippetFacts): Snippet {
  const { server, trust } = facts;
  const { environment } = trust.claims;
  return {
    file: ".gitlab-ci.yml",
    text: `rotate-api-keys:
${environment === undefined ? "" : `  environment: ${quote(environment)}\n`}  id_tokens: { BRIKSYNC_ID_TOKEN: { aud: ${quote(server)} } }
  variables: { BRIKSYNC_SERVER: ${quote(server)}, BRIKSYNC_TRUST: ${quote(trust.id)} }
  script:
    - ${quote(writeCommand(facts))}
`,
  };
}

function writeBuildkite(facts: SnippetFacts): Snippet {
  const { server, trust } = facts;
  const { step_key: step } = trust.claims;
  return {
    file: ".buildkite/pipeline.yml",
    text: `steps:
  - command: ${quote(writeCommand(facts))}
${step === undefined ? "" : `    key: ${quote(step)}\n`}    env: { BRIKSYNC_SERVER: ${quote(server)}, BRIKSYNC_TRUST: ${quote(trust.id)} }
`,
  };
}

function writeCircleCi(facts: SnippetFacts): Snippet {
  const { server, trust } = facts;
  return {
    file: ".circleci/config.yml",
    text: `jobs:
  rotate:
    environment: { BRIKSYNC_SERVER: ${quote(server)}, BRIKSYNC_TRUST: ${quote(trust.id)} }
    steps:
      - run: |
          export BRIKSYNC_ID_TOKEN="$(circleci run oidc get --claims '{"aud": ${quote(server)}}')"
          ${writeCommand(facts)}
`,
  };
}

function writeKubernetes(facts: SnippetFacts): Snippet {
  const { server, trust } = facts;
  const [, , , account = ""] = (trust.claims["sub"] ?? "").split(":");
  return {
    file: "the pod",
    text: `spec:
  serviceAccountName: ${quote(account)}
  containers:
    - name: rotate
      command: [sh, -c, ${quote(writeCommand(facts))}]
      env:
        - { name: BRIKSYNC_SERVER, value: ${quote(server)} }
        - { name: BRIKSYNC_TRUST, value: ${quote(trust.id)} }
      volumeMounts: [{ name: briksync, mountPath: /var/run/secrets/briksync, readOnly: true }]
  volumes:
    - name: briksync
      projected:
        sources:
          - serviceAccountToken: { path: token, audience: ${quote(server)}, expirationSeconds: 600 }
`,
  };
}

/** Quotes a YAML scalar, which may come from the server. JSON strings are YAML too. */
function quote(text: string): string {
  return JSON.stringify(sanitizeText(text));
}
