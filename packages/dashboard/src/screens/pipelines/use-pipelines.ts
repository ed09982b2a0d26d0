import type { ApiKey, AutomationToken, Trust } from "@briksync/sdk/browser";
import { readAll } from "../../api/read-all.ts";
import { type Load, useLoad } from "../../api/use-load.ts";
import type { ButtonProps } from "../../ui/button.tsx";

/** The data that the screen of pipelines shows. */
export interface Pipelines {
  readonly trusts: readonly Trust[];
  readonly tokens: readonly AutomationToken[];
  /** All keys of the company, for their names. */
  readonly keys: readonly ApiKey[];
}

/** Properties of a section of the screen. */
export interface SectionInput extends Pipelines {
  /** Attributes of the buttons that need the BUSINESS plan. */
  readonly planned: Pick<ButtonProps, "isDisabled" | "aria-describedby">;
  readonly reload: () => void;
}

/** Reads the trusts, the automation tokens and the keys of the company. */
export function usePipelines(): Load<Pipelines> {
  return useLoad("pipelines", async (sdk, signal) => {
    const [trusts, tokens, keys] = await Promise.all([
      sdk.trusts.list({ signal }),
      sdk.tokens.list({ signal }),
      readAll(sdk.keys.list({}, { signal })),
    ]);
    return { trusts, tokens, keys };
  });
}
