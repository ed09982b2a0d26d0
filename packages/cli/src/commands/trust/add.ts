import type { TrustProvider } from "@briksync/sdk";
import { InvalidArgumentError, Option } from "commander";
import type { AddTrustOptions } from "../../trusts/add-trust.ts";
import type { CliCommand } from "../command.ts";
import { collect, parseCountOption, parseDurationOption } from "../parse-options.ts";

const ttlSecondsMax = 3600;

/** How a trust for one platform is described on the command line. */
interface ProviderForm {
  readonly name: string;
  readonly description: string;
  readonly place: readonly [argument: string, help: string];
  readonly required?: Readonly<Record<string, string>>;
  readonly optional?: Readonly<Record<string, string>>;
  /**
   * The server's limit, which is also its default. Some platforms issue one token per job, and a job runs several
   * commands.
   */
  readonly reuseMax: number;
  readonly examples: Readonly<Record<string, string>>;
}

const providers: Readonly<Record<TrustProvider, ProviderForm>> = {
  github: {
    name: "GitHub Actions",
    description:
      "Trust the jobs of one workflow of a repository.\n\n" +
      "The CLI asks GitHub's API for the IDs of the repository and its owner. It sends no credential, so pass --repo-id and --owner-id " +
      "for a private repository. A repository that takes over the name later has other IDs.",
    place: ["<repository>", "OWNER/REPO"],
    required: { "--workflow <file>": "File of the workflow, such as rotate.yml" },
    optional: {
      "--environment <name>": "Allow only jobs of this environment (recommended)",
      "--ref <branch>": "Allow only jobs of this branch or ref",
      "--reusable <ref>": "Allow jobs of this reusable workflow: OWNER/REPO/PATH@REF",
      "--repo-id <id>": "ID of the repository",
      "--owner-id <id>": "ID of its owner",
    },
    reuseMax: 1,
    examples: {
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --environment prod --key CRM":
        "Trust the jobs of one environment",
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --ref main --key CRM --ttl 5m":
        "Trust the jobs of one branch, with tokens that work for 5 minutes",
    },
  },
  gitlab: {
    name: "GitLab CI/CD",
    description:
      "Trust the jobs of one configuration file of a project.\n\n" +
      "The CLI asks the API of the instance for the IDs of the project and its namespace, and for the default branch. It sends no " +
      "credential, so pass --project-id, --namespace-id and --ref for a private project.",
    place: ["<project>", "GROUP/PROJECT"],
    optional: {
      "--issuer <url>": "URL of the instance (default: https://gitlab.com)",
      "--config <file>": "Configuration file (default: .gitlab-ci.yml)",
      "--environment <name>": "Allow only jobs of this environment (recommended)",
      "--ref <branch>": "Branch of the configuration file (default: the default branch)",
      "--unprotected": "Allow jobs of branches that are not protected",
      "--project-id <id>": "ID of the project",
      "--namespace-id <id>": "ID of its namespace",
    },
    reuseMax: 20,
    examples: {
      "briksync trust add gitlab acme/web --environment prod --key CRM": "Trust the jobs of one environment",
    },
  },
  buildkite: {
    name: "Buildkite",
    description: "Trust the builds of one branch of a pipeline. Buildkite shows the IDs in the settings of both.",
    place: ["<pipeline>", "ORGANIZATION/PIPELINE, for the name of the trust"],
    required: {
      "--organization-id <id>": "ID of the organization",
      "--pipeline-id <id>": "ID of the pipeline",
      "--branch <name>": "Allow only builds of this branch",
    },
    optional: { "--step <key>": "Allow only the step with this key" },
    reuseMax: 1,
    examples: {
      "briksync trust add buildkite acme/web --organization-id ORG \\\n    --pipeline-id ID --branch main --key CRM":
        "Trust the builds of one branch",
    },
  },
  circleci: {
    name: "CircleCI",
    description: "Trust the jobs of one branch of a project. CircleCI shows the IDs in the settings of both.",
    place: ["<project>", "ORGANIZATION/PROJECT, for the name of the trust"],
    required: {
      "--organization-id <id>": "ID of the organization",
      "--project-id <id>": "ID of the project",
      "--ref <branch>": "Allow only jobs of this branch or ref",
    },
    reuseMax: 20,
    examples: {
      "briksync trust add circleci acme/web --organization-id ORG \\\n    --project-id ID --ref main --key CRM":
        "Trust the jobs of one branch",
    },
  },
  kubernetes: {
    name: "Kubernetes",
    description:
      "Trust the pods of one service account of a cluster.\n\n" +
      "A service account that takes over the name later has another UID.",
    place: ["<account>", "NAMESPACE/SERVICE_ACCOUNT"],
    required: {
      "--issuer <url>": "Issuer of the cluster's tokens",
      "--uid <uid>": "UID of the service account",
    },
    reuseMax: 200,
    examples: {
      "briksync trust add kubernetes ops/rotator --uid UID --key CRM \\\n    --issuer https://oidc.example.com":
        "Trust the pods of one service account",
    },
  },
};

/** Registers `briksync trust add <provider>`. */
export function registerTrustAdd(parent: CliCommand): void {
  const add = parent
    .command("add")
    .summary("Let the jobs of a pipeline sign in")
    .description(
      "Let the jobs of a pipeline sign in without a password.\n\n" +
        "A trust names one pipeline of a CI platform, and the keys that its jobs may rotate. The command prints the lines to add to the " +
        "configuration of the pipeline.",
    )
    .helpCommand(false)
    .examples({
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --environment prod --key CRM":
        "Trust the jobs of one workflow in one environment",
    });
  for (const provider of Object.keys(providers) as TrustProvider[]) registerProvider(add, provider);
}

function registerProvider(add: CliCommand, provider: TrustProvider): void {
  const { name, description, place, required = {}, optional = {}, reuseMax, examples } = providers[provider];
  const command = add
    .command(provider)
    .summary(`Trust jobs of ${name}`)
    .description(description)
    .argument(...place);
  for (const [flags, help] of Object.entries(required)) command.requiredOption(flags, help);
  for (const [flags, help] of Object.entries(optional)) command.option(flags, help);
  command
    .requiredOption("--key <key>", "Key that jobs may use: ID, client ID or unique name (repeatable)", collect)
    .addOption(
      new Option("--may <what>", "What jobs may do. The only value is rotate, which is the default")
        .choices(["rotate"])
        .default("rotate"),
    )
    .option("--name <name>", "Name of the trust")
    .option("--ttl <duration>", "How long the token of a job works, from 1m to 1h (default: 15m)", parseTtl)
    .option("--from <cidr>", "Allow only calls from this IP address or network (repeatable)", collect)
    .option(
      "--reuse <count>",
      `How often a job may exchange one token of its platform (default and maximum: ${reuseMax})`,
      parseCountOption(1000),
    )
    .examples(examples)
    .runs<[place: string], AddTrustOptions>(async (context, [named], options) =>
      (await import("../../trusts/add-trust.ts")).addTrust(context, provider, named, options),
    );
}

function parseTtl(text: string): number {
  const seconds = parseDurationOption(text);
  if (seconds >= 60 && seconds <= ttlSecondsMax) return seconds;
  throw new InvalidArgumentError("Pass a duration from 1m to 1h.");
}
