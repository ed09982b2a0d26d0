import type { ApiKey } from "@briksync/sdk/browser";
import { auditActions, auditMessages } from "../../audit-messages.ts";
import { SelectField } from "../../ui/field.tsx";
import { useKeys } from "../keys/use-keys.ts";
import { nameAction } from "./describe-event.ts";
import type { AuditFilter } from "./use-audit.ts";

const text = auditMessages;

interface AuditFilterProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
  /** Why the server refused a value, by its path. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The key and the action to show. */
export function AuditFilterFields({ filter, onChange, errors }: AuditFilterProps) {
  const keys = useKeys().value ?? [];
  const { keyId, action } = filter;
  const isKnownAction =
    action === undefined || Object.values(auditActions).some((group) => Object.hasOwn(group, action));
  const isKnownKey = keyId === undefined || keys.some(({ id }) => id === keyId);
  return (
    <>
      <SelectField
        label={text.key}
        error={errors["/keyId"]}
        value={keyId ?? ""}
        options={[
          ["", text.allKeys],
          ...(isKnownKey ? [] : [[keyId, keyId] as const]),
          ...keys.map((key) => [key.id, nameKey(key)] as const),
        ]}
        onChoose={(value) => onChange({ ...filter, keyId: value || undefined })}
      />
      <SelectField
        label={text.action}
        error={errors["/action"]}
        value={action ?? ""}
        options={[["", text.allActions], ...(isKnownAction ? [] : [[action, action] as const])]}
        onChoose={(value) => onChange({ ...filter, action: value || undefined })}
      >
        {Object.entries(auditActions).map(([label, actions]) => (
          <optgroup key={label} label={label}>
            {Object.keys(actions).map((one) => (
              <option key={one} value={one}>
                {nameAction(one)}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
    </>
  );
}

function nameKey({ name, status }: ApiKey): string {
  return status === "active" ? name : text.revoked(name);
}
