import type { Context } from "../context.ts";
import type { Sink } from "../sinks/sink.ts";
import { printRecord } from "../terminal/print-record.ts";
import type { NewSecret } from "./print-secret.ts";

/** Prints a key whose secret was delivered: its values without the secret, and the destinations. */
export async function printDelivery(context: Context, key: NewSecret["key"], sinks: readonly Sink[]): Promise<void> {
  const { id, name, clientId, clientSecret: _, isReplay: __, ...rest } = key;
  const deliveredTo = sinks.map(({ spec }) => spec);
  await printRecord(context, {
    id,
    json: { id, name, clientId, deliveredTo, ...rest },
    fields: [
      { label: "Name", field: "name", value: name },
      { label: "Client ID", field: "clientId", value: clientId },
      { label: "ID", field: "id", value: id },
      {
        label: "Delivered to",
        field: "deliveredTo",
        value: deliveredTo.join(" "),
        show: sinks.map(({ description }) => description),
      },
    ],
  });
}
