import type { CliCommand } from "../command.ts";
import { parseCountOption } from "../parse-options.ts";

/** The argument that names one trust, with its help text. */
const trustArgument = ["<trust>", "ID or unique name of the trust"] as const satisfies [string, string];
const loadManagement = () => import("../../trusts/manage-trust.ts");
const loadJudgement = () => import("../../trusts/judge-claims.ts");

/** Registers `briksync trust list`, `show`, `disable`, `enable`, `remove`, `log`, `test` and `explain`. */
export function registerTrustManagement(parent: CliCommand): void {
  parent
    .command("list")
    .alias("ls")
    .summary("List trusts")
    .description(
      "List the trusts of your company: their last run, their weaknesses, and whether their creator has left.",
    )
    .examples({ "briksync trust list": "List all trusts" })
    .runs(async (context) => (await loadManagement()).listTrusts(context));

  parent
    .command("show")
    .summary("Show a trust")
    .description("Show what a trust pins, which keys it covers, and its last run.")
    .argument(...trustArgument)
    .examples({ "briksync trust show 'acme/web rotate.yml'": "Show a trust by its name" })
    .runs<[trust: string]>(async (context, [trust]) => (await loadManagement()).showTrust(context, trust));

  for (const verb of ["disable", "enable"] as const) {
    const isDisable = verb === "disable";
    parent
      .command(verb)
      .summary(isDisable ? "Refuse the jobs of a trust" : "Accept the jobs of a trust again")
      .description(
        isDisable
          ? "Refuse the jobs of a trust. The server refuses their tokens from the next request. You can enable the trust again."
          : "Accept the jobs of a disabled trust again.",
      )
      .argument(...trustArgument)
      .examples({ [`briksync trust ${verb} 'acme/web rotate.yml'`]: isDisable ? "Stop a pipeline" : "Resume it" })
      .runs<[trust: string]>(async (context, [trust]) => (await loadManagement()).switchTrust(context, trust, verb));
  }

  parent
    .command("remove")
    .summary("Remove a trust permanently")
    .description(
      "Remove a trust permanently. The server refuses its jobs and their tokens from the next request.\n\n" +
        "The CLI asks for confirmation. Without a terminal, pass --yes.",
    )
    .argument(...trustArgument)
    .examples({ "briksync trust remove 'acme/web rotate.yml'": "Remove a trust by its name" })
    .runs<[trust: string]>(async (context, [trust]) => (await loadManagement()).removeTrust(context, trust));

  parent
    .command("log")
    .summary("List the sign-ins of jobs")
    .description("List the jobs that a trust allowed or refused, newest first, and the claim that did not match.")
    .argument(...trustArgument)
    .option("--refused", "List only refused jobs")
    .option("--limit <count>", "Maximum number of entries (default: 50)", parseCountOption(10_000), 50)
    .examples({ "briksync trust log 'acme/web rotate.yml' --refused": "Find out why a job is refused" })
    .runs<[trust: string], { readonly refused?: boolean; readonly limit: number }>(async (context, [trust], options) =>
      (await loadManagement()).listTrustLog(context, trust, options),
    );

  parent
    .command("test")
    .summary("Compare the claims of a token with a trust")
    .description(
      "Compare the claims of a token with a trust, claim by claim. The command changes nothing.\n\n" +
        "It exits with code 10 if the trust would refuse a job with these claims.",
    )
    .argument(...trustArgument)
    .requiredOption(
      "--claims <file>",
      "File with the claims as a JSON object, or with a token. Pass - to read standard input",
    )
    .examples({ "briksync trust test 'acme/web rotate.yml' --claims claims.json": "Test the claims in a file" })
    .runs<[trust: string], { readonly claims: string }>(async (context, [trust], options) =>
      (await loadJudgement()).testTrust(context, trust, options),
    );

  parent
    .command("explain")
    .summary("Explain in a job whether a trust allows it")
    .description(
      "Show the claims of the job that runs this command, and whether the trust in BRIKSYNC_TRUST allows them. The command does not " +
        "use the platform's token up, and it does not show the values that the trust expects.\n\n" +
        "It exits with code 10 if the trust would refuse the job.",
    )
    .option("--trust <id>", "ID of the trust (env: BRIKSYNC_TRUST)")
    .examples({ "briksync trust explain": "Find out in a job why it is refused" })
    .runs<[], { readonly trust?: string }>(async (context, _args, options) =>
      (await loadJudgement()).explainTrust(context, options),
    );
}
