import type { ApiKey } from "@briksync/sdk/browser";
import { auditActions, auditMessages } from "../../audit-messages.ts";
import { Field } from "../../ui/field.tsx";
import { useKeys } from "../keys/use-keys.ts";
import { nameAction } from "./describe-event.ts";
import type { AuditFilter } from "./use-audit.ts";

const text = auditMessages;

/** Properties of `AuditFilterFields`. */
export interface AuditFilterProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
  /** Why the server refused a value, by its path. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The key and the action to show. */
export function AuditFilterFields({ filter, onChange, errors }: AuditFilterProps) {
  const keys = useKeys().value ?? [];
  const { keyId, action } = filter;
  const isKnownAction = Object.values(auditActions).some((group) => Object.hasOwn(group, action ?? ""));
  return (
    <>
      <Field label={text.key} error={errors["/keyId"]}>
        {(control) => (
          <select
            {...control}
            value={keyId ?? ""}
            onChange={({ currentTarget: { value } }) => onChange({ ...filter, keyId: value || undefined })}
          >
            <option value="">{text.allKeys}</option>
            {keyId !== undefined && !keys.some(({ id }) => id === keyId) && <option value={keyId}>{keyId}</option>}
            {keys.map((key) => (
              <option key={key.id} value={key.id}>
                {nameKey(key)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={text.action} error={errors["/action"]}>
        {(control) => (
          <select
            {...control}
            value={action ?? ""}
            onChange={({ currentTarget: { value } }) => onChange({ ...filter, action: value || undefined })}
          >
            <option value="">{text.allActions}</option>
            {action !== undefined && !isKnownAction && <option value={action}>{action}</option>}
            {Object.entries(auditActions).map(([label, actions]) => (
              <optgroup key={label} label={label}>
                {Object.keys(actions).map((one) => (
                  <option key={one} value={one}>
                    {nameAction(one)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function nameKey({ name, status }: ApiKey): string {
  return status === "active" ? name : text.revoked(name);
}
