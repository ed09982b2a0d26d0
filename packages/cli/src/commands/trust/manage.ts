import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { parseCountOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";

/** The argument that names one trust, with its help text. */
const trustArgument = ["<trust>", "ID or unique name of the trust"] as const satisfies [string, string];
const loadManagement = () => import("../../trusts/manage-trust.ts");
const loadJudgement = () => import("../../trusts/judge-claims.ts");

/** `briksync trust list`, `show`, `disable`, `enable`, `remove`, `log`, `test` and `explain` */
export function registerTrustManagement(parent: Command, run: RunAction): void {
  const list = parent
    .command("list")
    .alias("ls")
    .summary("List trusts")
    .description(
      "List the trusts of your company: their last run, their weaknesses, and whether their creator has left.",
    )
    .action(run(async (context) => (await loadManagement()).listTrusts(context)));
  addExamples(list, [["briksync trust list", "List all trusts"]]);

  const show = parent
    .command("show")
    .summary("Show a trust")
    .description("Show what a trust pins, which keys it covers, and its last run.")
    .argument(...trustArgument)
    .action(run<[trust: string]>(async (context, [trust]) => (await loadManagement()).showTrust(context, trust)));
  addExamples(show, [["briksync trust show 'acme/web rotate.yml'", "Show a trust by its name"]]);

  for (const verb of ["disable", "enable"] as const) {
    const isDisable = verb === "disable";
    const command = parent
      .command(verb)
      .summary(isDisable ? "Refuse the jobs of a trust" : "Accept the jobs of a trust again")
      .description(
        isDisable
          ? "Refuse the jobs of a trust. The server refuses their tokens from the next request. You can enable the trust again."
          : "Accept the jobs of a disabled trust again.",
      )
      .argument(...trustArgument)
      .action(
        run<[trust: string]>(async (context, [trust]) => (await loadManagement()).switchTrust(context, trust, verb)),
      );
    addExamples(command, [
      [`briksync trust ${verb} 'acme/web rotate.yml'`, isDisable ? "Stop a pipeline" : "Resume it"],
    ]);
  }

  const remove = parent
    .command("remove")
    .summary("Remove a trust permanently")
    .description(
      "Remove a trust permanently. The server refuses its jobs and their tokens from the next request.\n\n" +
        "The CLI asks for confirmation. Without a terminal, pass --yes.",
    )
    .argument(...trustArgument)
    .action(run<[trust: string]>(async (context, [trust]) => (await loadManagement()).removeTrust(context, trust)));
  addExamples(remove, [["briksync trust remove 'acme/web rotate.yml'", "Remove a trust by its name"]]);

  const log = parent
    .command("log")
    .summary("List the sign-ins of jobs")
    .description("List the jobs that a trust allowed or refused, newest first, and the claim that did not match.")
    .argument(...trustArgument)
    .option("--refused", "List only refused jobs")
    .option("--limit <count>", "Maximum number of entries (default: 50)", parseCountOption(10_000), 50)
    .action(
      run<[trust: string], { readonly refused?: boolean; readonly limit: number }>(async (context, [trust], options) =>
        (await loadManagement()).listTrustLog(context, trust, options),
      ),
    );
  addExamples(log, [["briksync trust log 'acme/web rotate.yml' --refused", "Find out why a job is refused"]]);
  registerJudgement(parent, run);
}

function registerJudgement(parent: Command, run: RunAction): void {
  const test = parent
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
    .action(
      run<[trust: string], { readonly claims: string }>(async (context, [trust], options) =>
        (await loadJudgement()).testTrust(context, trust, options),
      ),
    );
  addExamples(test, [["briksync trust test 'acme/web rotate.yml' --claims claims.json", "Test the claims in a file"]]);

  const explain = parent
    .command("explain")
    .summary("Explain in a job whether a trust allows it")
    .description(
      "Show the claims of the job that runs this command, and whether the trust in BRIKSYNC_TRUST allows them. The command does not " +
        "use the platform's token up, and it does not show the values that the trust expects.\n\n" +
        "It exits with code 10 if the trust would refuse the job.",
    )
    .option("--trust <id>", "ID of the trust (env: BRIKSYNC_TRUST)")
    .action(
      run<[], { readonly trust?: string }>(async (context, _args, options) =>
        (await loadJudgement()).explainTrust(context, options),
      ),
    );
  addExamples(explain, [["briksync trust explain", "Find out in a job why it is refused"]]);
}
