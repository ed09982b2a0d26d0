import type { ApiKey } from "@briksync/sdk/browser";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { type KeyChip, keyChips, matchesFilter } from "./key-filter.ts";
import { KeyTable } from "./key-table.tsx";

const text = messages.keys;
const rowsAtOnce = 100;

/** The table of keys with its filters. It shows 100 rows at a time, so that a long list stays fast. */
export function KeyBrowser({ keys, isPartial }: { readonly keys: readonly ApiKey[]; readonly isPartial: boolean }) {
  const [filter, setFilter] = useState("");
  const [chips, setChips] = useState<ReadonlySet<KeyChip>>(new Set());
  const [limit, setLimit] = useState(rowsAtOnce);
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The "Show more" button may be gone, so the focus moves to the first of the new rows.
    if (limit > rowsAtOnce) {
      container.current?.querySelectorAll<HTMLElement>("tbody th .link")[limit - rowsAtOnce]?.focus();
    }
  }, [limit]);
  const toggle = (chip: KeyChip): void => {
    const next = new Set(chips);
    if (!next.delete(chip)) next.add(chip);
    setChips(next);
    setLimit(rowsAtOnce);
  };
  const clear = (): void => {
    setFilter("");
    setChips(new Set());
  };
  const nowMs = Date.now();
  const found = keys.filter((key) => matchesFilter(key, filter, chips, nowMs));
  const rows = found.slice(0, limit);
  return (
    <div class="section" ref={container}>
      <div class="filters">
        <TextField
          label={text.filter}
          type="search"
          spellcheck={false}
          value={filter}
          onText={(value) => {
            setFilter(value);
            setLimit(rowsAtOnce);
          }}
        />
        <fieldset class="chips">
          <legend class="hidden">{text.chips.label}</legend>
          {keyChips.map((chip) => (
            <Chip key={chip} isOn={chips.has(chip)} onToggle={() => toggle(chip)}>
              {text.chips[chip]}
            </Chip>
          ))}
        </fieldset>
      </div>
      {rows.length > 0 ? (
        <KeyTable keys={rows} />
      ) : (
        <div class="empty">
          <p>{text.noMatch}</p>
          <Button onClick={clear}>{text.clear}</Button>
        </div>
      )}
      <div class="foot">
        <p role="status">{isPartial ? text.loadingMore : text.shown(rows.length, found.length)}</p>
        {found.length > rows.length && <Button onClick={() => setLimit(limit + rowsAtOnce)}>{text.showMore}</Button>}
      </div>
    </div>
  );
}

/** A filter that is on or off. */
function Chip(props: { readonly isOn: boolean; readonly onToggle: () => void; readonly children: ComponentChildren }) {
  return (
    <button type="button" class="chip" aria-pressed={props.isOn} onClick={props.onToggle}>
      {props.children}
    </button>
  );
}
