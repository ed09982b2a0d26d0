import type { TrustProvider } from "@briksync/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AddTrustOptions } from "../../trusts/add-trust.ts";
import { addExamples } from "../examples.ts";
import { collect, parseCountOption, parseDurationOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";

const ttlSecondsMax = 3600;

/** The server's limits, which are also its defaults. Some platforms issue one token per job, and a job runs several commands. */
const reuseMax: Readonly<Record<TrustProvider, number>> = {
  github: 1,
  gitlab: 20,
  buildkite: 1,
  circleci: 20,
  kubernetes: 200,
};

/** `briksync trust add <provider>` */
export function registerTrustAdd(parent: Command, run: RunAction): void {
  const add = parent
    .command("add")
    .summary("Let the jobs of a pipeline sign in")
    .description(
      "Let the jobs of a pipeline sign in without a password.\n\n" +
        "A trust names one pipeline of a CI platform, and the keys that its jobs may rotate. The command prints the lines to add to the " +
        "configuration of the pipeline.",
    )
    .helpCommand(false);
  addExamples(add, [
    [
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --environment prod --key CRM",
      "Trust the jobs of one workflow in one environment",
    ],
  ]);
  registerGitHub(add, run);
  registerGitLab(add, run);
  registerBuildkite(add, run);
  registerCircleCi(add, run);
  registerKubernetes(add, run);
}

function registerGitHub(add: Command, run: RunAction): void {
  const command = startProvider(add, "github", "GitHub Actions")
    .description(
      "Trust the jobs of one workflow of a repository.\n\n" +
        "The CLI asks GitHub's API for the IDs of the repository and its owner. It sends no credential, so pass --repo-id and --owner-id " +
        "for a private repository. A repository that takes over the name later has other IDs.",
    )
    .argument("<repository>", "OWNER/REPO")
    .requiredOption("--workflow <file>", "File of the workflow, such as rotate.yml")
    .option("--environment <name>", "Allow only jobs of this environment (recommended)")
    .option("--ref <branch>", "Allow only jobs of this branch or ref")
    .option("--reusable <ref>", "Allow jobs of this reusable workflow: OWNER/REPO/PATH@REF")
    .option("--repo-id <id>", "ID of the repository")
    .option("--owner-id <id>", "ID of its owner");
  finishProvider(command, "github", run);
  addExamples(command, [
    [
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --environment prod --key CRM",
      "Trust the jobs of one environment",
    ],
    [
      "briksync trust add github acme/web --workflow rotate.yml \\\n    --ref main --key CRM --ttl 5m",
      "Trust the jobs of one branch, with tokens that work for 5 minutes",
    ],
  ]);
}

function registerGitLab(add: Command, run: RunAction): void {
  const command = startProvider(add, "gitlab", "GitLab CI/CD")
    .description(
      "Trust the jobs of one configuration file of a project.\n\n" +
        "The CLI asks the API of the instance for the IDs of the project and its namespace, and for the default branch. It sends no " +
        "credential, so pass --project-id, --namespace-id and --ref for a private project.",
    )
    .argument("<project>", "GROUP/PROJECT")
    .option("--issuer <url>", "URL of the instance (default: https://gitlab.com)")
    .option("--config <file>", "Configuration file (default: .gitlab-ci.yml)")
    .option("--environment <name>", "Allow only jobs of this environment (recommended)")
    .option("--ref <branch>", "Branch of the configuration file (default: the default branch)")
    .option("--unprotected", "Allow jobs of branches that are not protected")
    .option("--project-id <id>", "ID of the project")
    .option("--namespace-id <id>", "ID of its namespace");
  finishProvider(command, "gitlab", run);
  addExamples(command, [
    ["briksync trust add gitlab acme/web --environment prod --key CRM", "Trust the jobs of one environment"],
  ]);
}

function registerBuildkite(add: Command, run: RunAction): void {
  const command = startProvider(add, "buildkite", "Buildkite")
    .description("Trust the builds of one branch of a pipeline. Buildkite shows the IDs in the settings of both.")
    .argument("<pipeline>", "ORGANIZATION/PIPELINE, for the name of the trust")
    .requiredOption("--organization-id <id>", "ID of the organization")
    .requiredOption("--pipeline-id <id>", "ID of the pipeline")
    .requiredOption("--branch <name>", "Allow only builds of this branch")
    .option("--step <key>", "Allow only the step with this key");
  finishProvider(command, "buildkite", run);
  addExamples(command, [
    [
      "briksync trust add buildkite acme/web --organization-id ORG \\\n    --pipeline-id ID --branch main --key CRM",
      "Trust the builds of one branch",
    ],
  ]);
}

function registerCircleCi(add: Command, run: RunAction): void {
  const command = startProvider(add, "circleci", "CircleCI")
    .description("Trust the jobs of one branch of a project. CircleCI shows the IDs in the settings of both.")
    .argument("<project>", "ORGANIZATION/PROJECT, for the name of the trust")
    .requiredOption("--organization-id <id>", "ID of the organization")
    .requiredOption("--project-id <id>", "ID of the project")
    .requiredOption("--ref <branch>", "Allow only jobs of this branch or ref");
  finishProvider(command, "circleci", run);
  addExamples(command, [
    [
      "briksync trust add circleci acme/web --organization-id ORG \\\n    --project-id ID --ref main --key CRM",
      "Trust the jobs of one branch",
    ],
  ]);
}

function registerKubernetes(add: Command, run: RunAction): void {
  const command = startProvider(add, "kubernetes", "Kubernetes")
    .description(
      "Trust the pods of one service account of a cluster.\n\n" +
        "A service account that takes over the name later has another UID.",
    )
    .argument("<account>", "NAMESPACE/SERVICE_ACCOUNT")
    .requiredOption("--issuer <url>", "Issuer of the cluster's tokens")
    .requiredOption("--uid <uid>", "UID of the service account");
  finishProvider(command, "kubernetes", run);
  addExamples(command, [
    [
      "briksync trust add kubernetes ops/rotator --uid UID --key CRM \\\n    --issuer https://oidc.example.com",
      "Trust the pods of one service account",
    ],
  ]);
}

function startProvider(add: Command, provider: TrustProvider, name: string): Command {
  return add.command(provider).summary(`Trust jobs of ${name}`);
}

function finishProvider(command: Command, provider: TrustProvider, run: RunAction): void {
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
      `How often a job may exchange one token of its platform (default and maximum: ${reuseMax[provider]})`,
      parseCountOption(1000),
    )
    .action(
      run<[place: string], AddTrustOptions>(async (context, [place], options) =>
        (await import("../../trusts/add-trust.ts")).addTrust(context, provider, place, options),
      ),
    );
}

function parseTtl(text: string): number {
  const seconds = parseDurationOption(text);
  if (seconds >= 60 && seconds <= ttlSecondsMax) return seconds;
  throw new InvalidArgumentError("Pass a duration from 1m to 1h.");
}
