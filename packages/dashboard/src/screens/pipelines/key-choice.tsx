import type { ApiKey } from "@briksync/sdk/browser";
import { useLoad } from "../../api/use-load.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";

/** Properties of `KeyChoice`. */
export interface KeyChoiceProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly error?: string | undefined;
  readonly onChange: (keyIds: readonly string[]) => void;
}

/** Checkboxes with the active keys of the company. None is chosen at first, so that no pipeline gets all keys by default. */
export function KeyChoice({ label, chosen, error, onChange }: KeyChoiceProps) {
  const list = useLoad("active-keys", async (sdk, signal) => {
    const keys: ApiKey[] = [];
    for await (const key of sdk.keys.list({ status: "active" }, { signal })) keys.push(key);
    return keys;
  });
  const toggle = (id: string): void =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset class={error === undefined ? "field" : "field invalid"}>
      <legend>{label}</legend>
      {list.failure !== null && <ScreenFailure failure={list.failure} onRetry={list.reload} />}
      {list.value === null && list.failure === null && <Loading />}
      {list.value?.length === 0 && <p class="muted">{pipelineMessages.addTrust.noKeys}</p>}
      {list.value?.map(({ id, name }) => (
        <label key={id} class="check">
          <input type="checkbox" checked={chosen.includes(id)} onInput={() => toggle(id)} />
          {name}
        </label>
      ))}
      {error !== undefined && <p class="error">{error}</p>}
    </fieldset>
  );
}
