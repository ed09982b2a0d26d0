/** One way to write a sink, for help and for messages. */
export interface SinkForm {
  readonly scheme: string;
  readonly form: string;
  readonly meaning: string;
  readonly example: string;
}

/** Every form of sink, in the order of the help. The only list of them. */
export const sinkForms = [
  { scheme: "file", form: "file:PATH", meaning: "a file of its own, 0600", example: "file:/run/secrets/crm" },
  { scheme: "env", form: "env:PATH#NAME", meaning: "one variable of a dotenv file", example: "env:.env#API_KEY" },
  {
    scheme: "exec",
    form: "exec:COMMAND",
    meaning: "a command that reads it on standard input",
    example: "exec:'kubectl create secret generic crm --from-file=key=/dev/stdin'",
  },
  {
    scheme: "github",
    form: "github:OWNER/REPO#NAME",
    meaning: "an Actions secret, by gh",
    example: "github:acme/web#API_KEY",
  },
  {
    scheme: "vault",
    form: "vault:MOUNT/PATH#FIELD",
    meaning: "a field in Vault (KV version 2), by vault",
    example: "vault:secret/crm#api_key",
  },
  {
    scheme: "aws",
    form: "aws:SECRET_ID",
    meaning: "an existing secret in Secrets Manager, by aws",
    example: "aws:prod/crm",
  },
  {
    scheme: "doppler",
    form: "doppler:PROJECT/CONFIG#NAME",
    meaning: "a secret in Doppler, by doppler",
    example: "doppler:crm/prd#API_KEY",
  },
  {
    scheme: "github-env",
    form: "github-env:NAME",
    meaning: "for later steps of this GitHub Actions job",
    example: "github-env:API_KEY",
  },
  {
    scheme: "github-output",
    form: "github-output:NAME",
    meaning: "an output of this GitHub Actions step",
    example: "github-output:api_key",
  },
] as const satisfies readonly SinkForm[];

/** The first word of a sink. */
export type SinkScheme = (typeof sinkForms)[number]["scheme"];

/** The section of a command's help that lists the sinks, in lines of at most 80 columns. */
export function formatSinkHelp(): string {
  const width = Math.max(...sinkForms.map(({ form }) => form.length));
  const lines = sinkForms.map(({ form, meaning }) => `  ${form.padEnd(width)}  ${meaning}`);
  return `
Sinks (--to):
${lines.join("\n")}
  For NAME or FIELD two may stand, NAME,ID_NAME: the second gets the client id.
  {name}, {id} and {clientId} stand for those of the key; {{name}} for itself.
  A command also finds them in BRIKSYNC_KEY_NAME, BRIKSYNC_KEY_ID and
  BRIKSYNC_KEY_CLIENT_ID.`;
}
