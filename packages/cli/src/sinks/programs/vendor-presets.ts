import type { SinkNames } from "../parse-sink.ts";
import type { SinkScheme } from "../sink-forms.ts";

/** A call of a vendor's program: its input, and an alternative call if it fails with certain words. */
export interface VendorCall {
  readonly args: readonly string[];
  readonly input: "secret" | "clientId";
  /** If the program fails with matching output, this call is made with the same input. */
  readonly otherwise?: { readonly when: RegExp; readonly args: readonly string[] };
}

/** A check of the destination that changes nothing. `tolerates` matches output that is not a problem. */
export interface VendorCheck {
  readonly args: readonly string[];
  readonly tolerates?: RegExp;
}

/** The preset of one vendor's program: the forms of its destinations and names, and its calls. */
export interface VendorPreset {
  readonly scheme: SinkScheme;
  readonly program: string;
  readonly versionMin: string;
  /** The download page. */
  readonly site: string;
  /** The sign-in command, for hints. */
  readonly signIn: string;
  readonly place: RegExp;
  /** Null if the form has no `#NAME`. */
  readonly name: RegExp | null;
  readonly env?: Readonly<Record<string, string>>;
  /** It reads the secret from /dev/stdin, which Windows does not have. */
  readonly needsDevStdin?: boolean;
  describe(place: string, name: string): string;
  /** Checks the sign-in, if the destination is not known yet. */
  readonly signedIn: VendorCheck;
  check(place: string): VendorCheck;
  deliver(place: string, names: SinkNames, clientId: string): readonly VendorCall[];
}

const github: VendorPreset = {
  scheme: "github",
  program: "gh",
  // First version that reads a secret from standard input if no body is passed.
  versionMin: "1.4.0",
  site: "https://cli.github.com",
  signIn: "gh auth login",
  place: /^(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/,
  // docs.github.com, "Using secrets in GitHub Actions", naming.
  name: /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/i,
  env: { GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1" },
  describe: (place, name) => `the Actions secret ${name} of ${place}`,
  // This call needs no scope and does not count against the rate limit.
  signedIn: { args: ["api", "--silent", "rate_limit"] },
  // `gh secret set` makes this call first too. It checks the token, the repository and the permission for secrets.
  check(place) {
    const [name = "", owner = "", host] = place.split("/").toReversed();
    const at = host === undefined ? [] : ["--hostname", host];
    return { args: ["api", "--silent", ...at, `repos/${owner}/${name}/actions/secrets/public-key`] };
  },
  deliver: (place, names) => listCalls(names, (name) => ["secret", "set", name, "--repo", place]),
};

const vault: VendorPreset = {
  scheme: "vault",
  program: "vault",
  // First version whose patch is one request. Before, it was a read and a write.
  versionMin: "1.9.0",
  site: "https://developer.hashicorp.com/vault/install",
  signIn: "vault login",
  place: /^[A-Za-z0-9_][A-Za-z0-9_.@%+-]*(?:\/[A-Za-z0-9_.@%+-]+)+$/,
  name: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  describe: (place, name) => `the field ${name} of ${place} in Vault`,
  signedIn: { args: ["token", "lookup"] },
  // Asks Vault for the mount and stops before it writes. This checks the address, the token and that the mount supports
  // patch.
  check: (place) => ({ args: ["kv", "patch", "-output-curl-string", place, "briksync=1"] }),
  // A patch preserves the other fields but requires an existing secret. With `-cas=0`, only one of two concurrent runs
  // can create it.
  deliver(place, { secret, clientId: idField }, clientId) {
    const fields = [...(idField === null ? [] : [`${idField}=${clientId}`]), `${secret}=-`];
    const otherwise = { when: /Code: 404|No value found/, args: ["kv", "put", "-cas=0", place, ...fields] };
    return [{ args: ["kv", "patch", place, ...fields], input: "secret", otherwise }];
  },
};

const aws: VendorPreset = {
  scheme: "aws",
  program: "aws",
  // First version with put-secret-value.
  versionMin: "1.15.0",
  site: "https://aws.amazon.com/cli/",
  signIn: "aws sso login, or the usual AWS_ variables",
  // A name or an ARN. The program treats values that start like a file or URL as such.
  place: /^(?!file|https?:)[A-Za-z0-9/_+=.@][A-Za-z0-9/_+=.@:-]*$/,
  name: null,
  env: { AWS_PAGER: "" },
  needsDevStdin: true,
  describe: (place) => `the secret ${place} in AWS Secrets Manager`,
  signedIn: { args: ["sts", "get-caller-identity"] },
  // A user with write permission may lack permission to read it.
  check: (place) => ({ args: ["secretsmanager", "describe-secret", "--secret-id", place], tolerates: /AccessDenied/ }),
  deliver: (place) => [
    {
      args: ["secretsmanager", "put-secret-value", "--secret-id", place, "--secret-string", "file:///dev/stdin"],
      input: "secret",
    },
  ],
};

const doppler: VendorPreset = {
  scheme: "doppler",
  program: "doppler",
  // First version that reads a secret from standard input.
  versionMin: "3.33.0",
  site: "https://docs.doppler.com/docs/install-cli",
  signIn: "doppler login",
  place: /^[A-Za-z0-9_][A-Za-z0-9_-]*\/[A-Za-z0-9_][A-Za-z0-9_-]*$/,
  name: /^[A-Z_][A-Z0-9_]*$/,
  describe: (place, name) => `the secret ${name} of ${place} in Doppler`,
  signedIn: { args: ["me", "--no-check-version"] },
  check: (place) => ({ args: ["secrets", "--only-names", ...at(place), "--no-check-version"] }),
  // Without --silent, it would print the secret.
  deliver(place, names) {
    const options = [...at(place), "--no-interactive", "--silent", "--no-check-version"];
    return listCalls(names, (name) => ["secrets", "set", name, ...options]);
  },
};

function at(place: string): string[] {
  const [project = "", config = ""] = place.split("/");
  return ["--project", project, "--config", config];
}

// The client ID is written first, so that the secret next to it is never older.
function listCalls({ secret, clientId }: SinkNames, set: (name: string) => readonly string[]): VendorCall[] {
  const first: VendorCall[] = clientId === null ? [] : [{ args: set(clientId), input: "clientId" }];
  return [...first, { args: set(secret), input: "secret" }];
}

/** The presets of all vendors. */
export const vendorPresets: readonly VendorPreset[] = [github, vault, aws, doppler];
