import type { Trust } from "@briksync/sdk";
import { sanitizeText } from "../text/sanitize.ts";

/** The values for the job of a snippet. */
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
export function writeSnippet({ server, trust, key }: SnippetFacts): Snippet {
  // The destination is a placeholder, because only the user knows it.
  const command = `briksync keys rotate ${key} --to DESTINATION`;
  const job = { server: quote(server), trustId: quote(trust.id), command, claims: trust.claims };
  const write = Object.hasOwn(writers, trust.provider) ? writers[trust.provider] : undefined;
  return (write ?? writers.github)(job);
}

/** The parts of a snippet. The server and the ID of the trust are quoted for YAML. */
interface Job {
  readonly server: string;
  readonly trustId: string;
  readonly command: string;
  readonly claims: Trust["claims"];
}

const writers: Readonly<Record<string, (job: Job) => Snippet>> & { readonly github: (job: Job) => Snippet } = {
  github: ({ server, trustId, command, claims: { environment, workflow_path: file = "the workflow" } }) => ({
    file,
    text: `jobs:
  rotate:
    runs-on: ubuntu-latest
${environment === undefined ? "" : `    environment: ${quote(environment)}\n`}    permissions: { id-token: write, contents: read }
    env: { BRIKSYNC_SERVER: ${server}, BRIKSYNC_TRUST: ${trustId} }
    steps:
      - run: ${quote(command)}
`,
  }),
  gitlab: ({ server, trustId, command, claims: { environment } }) => ({
    file: ".gitlab-ci.yml",
    text: `rotate-api-keys:
${environment === undefined ? "" : `  environment: ${quote(environment)}\n`}  id_tokens: { BRIKSYNC_ID_TOKEN: { aud: ${server} } }
  variables: { BRIKSYNC_SERVER: ${server}, BRIKSYNC_TRUST: ${trustId} }
  script:
    - ${quote(command)}
`,
  }),
  buildkite: ({ server, trustId, command, claims: { step_key: step } }) => ({
    file: ".buildkite/pipeline.yml",
    text: `steps:
  - command: ${quote(command)}
${step === undefined ? "" : `    key: ${quote(step)}\n`}    env: { BRIKSYNC_SERVER: ${server}, BRIKSYNC_TRUST: ${trustId} }
`,
  }),
  circleci: ({ server, trustId, command }) => ({
    file: ".circleci/config.yml",
    text: `jobs:
  rotate:
    environment: { BRIKSYNC_SERVER: ${server}, BRIKSYNC_TRUST: ${trustId} }
    steps:
      - run: |
          export BRIKSYNC_ID_TOKEN="$(circleci run oidc get --claims '{"aud": ${server}}')"
          ${command}
`,
  }),
  kubernetes: ({ server, trustId, command, claims }) => ({
    file: "the pod",
    text: `spec:
  serviceAccountName: ${quote(claims["sub"]?.split(":")[3] ?? "")}
  containers:
    - name: rotate
      command: [sh, -c, ${quote(command)}]
      env:
        - { name: BRIKSYNC_SERVER, value: ${server} }
        - { name: BRIKSYNC_TRUST, value: ${trustId} }
      volumeMounts: [{ name: briksync, mountPath: /var/run/secrets/briksync, readOnly: true }]
  volumes:
    - name: briksync
      projected:
        sources:
          - serviceAccountToken: { path: token, audience: ${server}, expirationSeconds: 600 }
`,
  }),
};

/** Quotes a YAML scalar, which may come from the server. JSON strings are YAML too. */
function quote(text: string): string {
  return JSON.stringify(sanitizeText(text));
}
