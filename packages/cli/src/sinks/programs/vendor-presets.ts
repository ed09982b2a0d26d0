import type { SinkNames } from "../parse-sink.ts";
import type { SinkScheme } from "../sink-forms.ts";

/** Something to run with a vendor's program: what it reads on standard input, and what to run instead where it says that it cannot. */
export interface VendorCall {
  readonly args: readonly string[];
  readonly input: "secret" | "clientId";
  /** Where the program fails with such words, this is run with the same input. */
  readonly otherwise?: { readonly when: RegExp; readonly args: readonly string[] };
}

/** A look at the target that changes nothing. Words that mean no obstacle are in `tolerates`. */
export interface VendorCheck {
  readonly args: readonly string[];
  readonly tolerates?: RegExp;
}

/** One vendor's program, as a table: how places and names are written, and what is run. */
export interface VendorPreset {
  readonly scheme: SinkScheme;
  readonly program: string;
  readonly versionMin: string;
  /** Where one gets it. */
  readonly site: string;
  /** What signs in, for advice. */
  readonly signIn: string;
  readonly place: RegExp;
  /** Null where nothing stands behind `#`. */
  readonly name: RegExp | null;
  readonly env?: Readonly<Record<string, string>>;
  /** It reads the secret from /dev/stdin, which Windows has not. */
  readonly needsDevStdin?: boolean;
  describe(place: string, name: string): string;
  /** Proves a valid sign-in, where the target is not known yet. */
  readonly signedIn: VendorCheck;
  check(place: string): VendorCheck;
  deliver(place: string, names: SinkNames, clientId: string): readonly VendorCall[];
}

const github: VendorPreset = {
  scheme: "github",
  program: "gh",
  // The first that reads a secret from standard input when it is given no body.
  versionMin: "1.4.0",
  site: "https://cli.github.com",
  signIn: "gh auth login",
  place: /^(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/,
  // docs.github.com, "Using secrets in GitHub Actions", naming.
  name: /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/i,
  env: { GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1" },
  describe: (place, name) => `the Actions secret ${name} of ${place}`,
  // No scope is needed for it, and it costs nothing of the limit.
  signedIn: { args: ["api", "--silent", "rate_limit"] },
  // The first call that `gh secret set` makes too: it proves token, repository and the right to its secrets.
  check(place) {
    const [name = "", owner = "", host] = place.split("/").toReversed();
    const at = host === undefined ? [] : ["--hostname", host];
    return { args: ["api", "--silent", ...at, `repos/${owner}/${name}/actions/secrets/public-key`] };
  },
  deliver(place, names) {
    const set = (name: string): string[] => ["secret", "set", name, "--repo", place];
    return listCalls(names, set);
  },
};

const vault: VendorPreset = {
  scheme: "vault",
  program: "vault",
  // The first whose patch is one request; before, it was a reading and a writing.
  versionMin: "1.9.0",
  site: "https://developer.hashicorp.com/vault/install",
  signIn: "vault login",
  place: /^[A-Za-z0-9_][A-Za-z0-9_.@%+-]*(?:\/[A-Za-z0-9_.@%+-]+)+$/,
  name: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  describe: (place, name) => `the field ${name} of ${place} in Vault`,
  signedIn: { args: ["token", "lookup"] },
  // Asks Vault what is mounted there, and stops where it would write: that proves address, token and a mount that can patch.
  check: (place) => ({ args: ["kv", "patch", "-output-curl-string", place, "briksync=1"] }),
  // A patch leaves the other fields as they are but needs something there. Of two that find nothing, `-cas=0` lets only one write.
  deliver(place, { secret, clientId: idField }, clientId) {
    const fields = [...(idField === null ? [] : [`${idField}=${clientId}`]), `${secret}=-`];
    const otherwise = { when: /Code: 404|No value found/, args: ["kv", "put", "-cas=0", place, ...fields] };
    return [{ args: ["kv", "patch", place, ...fields], input: "secret", otherwise }];
  },
};

const aws: VendorPreset = {
  scheme: "aws",
  program: "aws",
  // The first with put-secret-value.
  versionMin: "1.15.0",
  site: "https://aws.amazon.com/cli/",
  signIn: "aws sso login, or the usual AWS_ variables",
  // A name, or an ARN. The program itself reads files and addresses into what begins like one.
  place: /^(?!file|https?:)[A-Za-z0-9/_+=.@][A-Za-z0-9/_+=.@:-]*$/,
  name: null,
  env: { AWS_PAGER: "" },
  needsDevStdin: true,
  describe: (place) => `the secret ${place} in AWS Secrets Manager`,
  signedIn: { args: ["sts", "get-caller-identity"] },
  // Whoever may write it need not be allowed to look at it.
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
  // The first that reads a secret from standard input.
  versionMin: "3.33.0",
  site: "https://docs.doppler.com/docs/install-cli",
  signIn: "doppler login",
  place: /^[A-Za-z0-9_][A-Za-z0-9_-]*\/[A-Za-z0-9_][A-Za-z0-9_-]*$/,
  name: /^[A-Z_][A-Z0-9_]*$/,
  describe: (place, name) => `the secret ${name} of ${place} in Doppler`,
  signedIn: { args: ["me", "--no-check-version"] },
  check(place) {
    return { args: ["secrets", "--only-names", ...at(place), "--no-check-version"] };
  },
  // Not silent it would print what it was given.
  deliver(place, names) {
    const set = (name: string): string[] => [
      "secrets",
      "set",
      name,
      ...at(place),
      "--no-interactive",
      "--silent",
      "--no-check-version",
    ];
    return listCalls(names, set);
  },
};

function at(place: string): string[] {
  const [project = "", config = ""] = place.split("/");
  return ["--project", project, "--config", config];
}

// The client id goes first: what it stands beside is then never newer than it.
function listCalls({ secret, clientId }: SinkNames, set: (name: string) => readonly string[]): VendorCall[] {
  const first: VendorCall[] = clientId === null ? [] : [{ args: set(clientId), input: "clientId" }];
  return [...first, { args: set(secret), input: "secret" }];
}

/** The vendors' own programs that a secret can be handed to. */
export const vendorPresets: readonly VendorPreset[] = [github, vault, aws, doppler];
