/** A form of the `--to` option, for help and messages. */
export interface SinkForm {
  readonly scheme: string;
  readonly form: string;
  readonly meaning: string;
  readonly example: string;
}

/** All forms of `--to`, in the order of the help. */
export const sinkForms = [
  {
    scheme: "file",
    form: "file:PATH",
    meaning: "A file that contains only the secret (mode 0600)",
    example: "file:/run/secrets/crm",
  },
  { scheme: "env", form: "env:PATH#NAME", meaning: "One variable in a dotenv file", example: "env:.env#API_KEY" },
  {
    scheme: "exec",
    form: "exec:COMMAND",
    meaning: "A command that reads the secret from stdin",
    example: "exec:'kubectl create secret generic crm --from-file=key=/dev/stdin'",
  },
  {
    scheme: "github",
    form: "github:OWNER/REPO#NAME",
    meaning: "A GitHub Actions secret (requires gh)",
    example: "github:acme/web#API_KEY",
  },
  {
    scheme: "vault",
    form: "vault:MOUNT/PATH#FIELD",
    meaning: "A field in Vault, KV version 2 (requires vault)",
    example: "vault:secret/crm#api_key",
  },
  {
    scheme: "aws",
    form: "aws:SECRET_ID",
    meaning: "An existing Secrets Manager secret (requires aws)",
    example: "aws:prod/crm",
  },
  {
    scheme: "doppler",
    form: "doppler:PROJECT/CONFIG#NAME",
    meaning: "A Doppler secret (requires doppler)",
    example: "doppler:crm/prd#API_KEY",
  },
  {
    scheme: "github-env",
    form: "github-env:NAME",
    meaning: "A variable for later steps of this Actions job",
    example: "github-env:API_KEY",
  },
  {
    scheme: "github-output",
    form: "github-output:NAME",
    meaning: "An output of this Actions step",
    example: "github-output:api_key",
  },
] as const satisfies readonly SinkForm[];

/** The part of a destination before the colon. */
export type SinkScheme = (typeof sinkForms)[number]["scheme"];

/** Returns the help section that lists the destinations, in lines of at most 80 columns. */
export function formatSinkHelp(): string {
  const width = Math.max(...sinkForms.map(({ form }) => form.length));
  const lines = sinkForms.map(({ form, meaning }) => `  ${form.padEnd(width)}  ${meaning}`);
  return `Destinations (--to):
${lines.join("\n")}

  To store the client ID too, write NAME,ID_NAME instead of NAME.
  {name}, {id} and {clientId} are replaced with the values of the key.
  Write {{name}} for a literal {name}. Commands (exec:) also get the values as
  BRIKSYNC_KEY_NAME, BRIKSYNC_KEY_ID and BRIKSYNC_KEY_CLIENT_ID.`;
}
