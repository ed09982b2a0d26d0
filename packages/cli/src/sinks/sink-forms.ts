const forms = {
  file: ["PATH", "A file that contains only the secret (mode 0600)", "/run/secrets/crm"],
  env: ["PATH#NAME", "One variable in a dotenv file", ".env#API_KEY"],
  exec: [
    "COMMAND",
    "A command that reads the secret from stdin",
    "'kubectl create secret generic crm --from-file=key=/dev/stdin'",
  ],
  github: ["OWNER/REPO#NAME", "A GitHub Actions secret (requires gh)", "acme/web#API_KEY"],
  vault: ["MOUNT/PATH#FIELD", "A field in Vault, KV version 2 (requires vault)", "secret/crm#api_key"],
  aws: ["SECRET_ID", "An existing Secrets Manager secret (requires aws)", "prod/crm"],
  doppler: ["PROJECT/CONFIG#NAME", "A Doppler secret (requires doppler)", "crm/prd#API_KEY"],
  "github-env": ["NAME", "A variable for later steps of this Actions job", "API_KEY"],
  "github-output": ["NAME", "An output of this Actions step", "api_key"],
} as const;

/** The part of a destination before the colon. */
export type SinkScheme = keyof typeof forms;

/** All schemes, in the order of the help. */
export const sinkSchemes = Object.keys(forms) as readonly SinkScheme[];

/** Returns the form of the destinations of a scheme, such as `env:PATH#NAME`, with its meaning and an example. */
export function describeForm(scheme: SinkScheme) {
  const [form, meaning, example] = forms[scheme];
  return { form: `${scheme}:${form}`, meaning, example: `${scheme}:${example}` };
}

const keyValues = `  To store the client ID too, write NAME,ID_NAME instead of NAME.
  {name}, {id} and {clientId} are replaced with the values of the key.
  Write {{name}} for a literal {name}. Commands (exec:) also get the values as
  BRIKSYNC_KEY_NAME, BRIKSYNC_KEY_ID and BRIKSYNC_KEY_CLIENT_ID.`;

const tokenValues = `  To store the ID of the token too, write NAME,ID_NAME instead of NAME.
  {name} and {id} are replaced with the values of the token.
  Write {{name}} for a literal {name}. Commands (exec:) also get the values as
  BRIKSYNC_KEY_NAME and BRIKSYNC_KEY_ID.`;

/** Returns the help section that lists the destinations of keys or tokens, in lines of at most 80 columns. */
export function formatSinkHelp(what: "key" | "token" = "key"): string {
  const all = sinkSchemes.map(describeForm);
  const width = Math.max(...all.map(({ form }) => form.length));
  const lines = all.map(({ form, meaning }) => `  ${form.padEnd(width)}  ${meaning}`);
  return `Destinations (--to):
${lines.join("\n")}

${what === "key" ? keyValues : tokenValues}`;
}
