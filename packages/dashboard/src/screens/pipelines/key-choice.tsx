import type { ApiKey } from "@briksync/sdk/browser";
import { useId, useMemo, useState } from "preact/hooks";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { TextField } from "../../ui/field.tsx";

const text = pipelineMessages.keyChoice;
/** The maximum number of keys without a filter. */
const unfilteredMax = 10;

interface KeyChoiceProps {
  readonly label: string;
  readonly keys: readonly ApiKey[];
  readonly chosen: readonly string[];
  /** Refused values of the whole form, by path. */
  readonly fields: Readonly<Record<string, string>>;
  readonly isLocked: boolean;
  readonly onChange: (keyIds: readonly string[]) => void;
}

/** Returns whether `KeyChoice` shows the refused value of a path. */
export function isKeyPath(path: string): boolean {
  return path.startsWith("/keyIds");
}

/**
 * Checkboxes with the active keys of the company. None is chosen at first, so that no pipeline gets all keys by
 * default.
 */
export function KeyChoice({ label, keys, chosen, fields, isLocked, onChange }: KeyChoiceProps) {
  const [filter, setFilter] = useState("");
  const errorId = useId();
  const active = keys.filter(({ status }) => status === "active");
  const nameOf = (id: string | undefined): string => keys.find((key) => key.id === id)?.name ?? "";
  // The paths refer to the keys that were sent. Later choices must not assign an error to another key.
  const errors = useMemo(() => {
    const refused = Object.entries(fields).filter(([path]) => isKeyPath(path));
    if (chosen.length === 0 && refused.length > 0) return [text.none];
    return refused.map(([path, message]) => `${nameOf(chosen[Number(path.split("/")[2])])} ${message}`.trim());
  }, [fields]);
  const toggle = (id: string): void =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const searchText = filter.trim().toLowerCase();
  const shown = active.filter(({ name, clientId }) => `${name} ${clientId}`.toLowerCase().includes(searchText));
  return (
    <fieldset
      class={errors.length === 0 ? "choices" : "choices invalid"}
      aria-describedby={errors.length === 0 ? undefined : errorId}
    >
      <legend class="label">{label}</legend>
      {active.length > unfilteredMax && (
        <TextField label={text.filter} type="search" value={filter} onText={setFilter} />
      )}
      {active.length === 0 && <p class="muted">{text.noKeys}</p>}
      {active.length > 0 && shown.length === 0 && <p class="muted">{text.noMatch}</p>}
      <div class="key-choice">
        {shown.map(({ id, name, clientId }) => (
          <label key={id} class="check">
            <input type="checkbox" checked={chosen.includes(id)} disabled={isLocked} onInput={() => toggle(id)} />
            <span>
              {name} <code>{clientId}</code>
            </span>
          </label>
        ))}
      </div>
      {errors.length > 0 && (
        <p id={errorId} class="error">
          {errors.map((error) => (
            <span key={error}>{error}</span>
          ))}
        </p>
      )}
    </fieldset>
  );
}
