/** @jsxImportSource react */
import { type ApiKey, type ApiKeyWithSecret, BrikSync } from "@briksync/sdk/browser";
import { type ReactNode, useEffect, useState } from "react";
import {
  Button,
  Cell,
  Checkbox,
  Column,
  Dialog,
  FieldError,
  Form,
  Heading,
  Input,
  Label,
  Modal,
  Row,
  SearchField,
  Table,
  TableBody,
  TableHeader,
  TextField,
} from "react-aria-components";
import { createRoot } from "react-dom/client";

/** Gets an access token for the cookie of the page. */
async function takeToken(): Promise<string> {
  const answer = await fetch("/api/auth/token", { method: "POST" });
  const { data } = (await answer.json()) as { data: { accessToken: string } };
  return data.accessToken;
}

let token: Promise<string> | null = null;
const sdk = new BrikSync({
  baseUrl: location.origin,
  accessToken: () => {
    token ??= takeToken();
    return token;
  },
  allowInsecureHttp: location.protocol === "http:",
});

const dates = new Intl.DateTimeFormat("en-US", { dateStyle: "medium" });

function GenerateDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (key: ApiKeyWithSecret) => void;
}): ReactNode {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);
  const create = async (): Promise<void> => {
    setPending(true);
    try {
      onCreated(await sdk.keys.create({ name }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setPending(false);
    }
  };
  return (
    <Modal isOpen onOpenChange={onClose} isDismissable>
      <Dialog>
        <Heading slot="title">Generate New API Key</Heading>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <TextField value={name} onChange={setName} isRequired isInvalid={problem !== null}>
            <Label>Name</Label>
            <Input />
            <FieldError>{problem}</FieldError>
          </TextField>
          <Button type="submit" isPending={isPending}>
            Create Key
          </Button>
        </Form>
      </Dialog>
    </Modal>
  );
}

function RevealDialog({ apiKey, onClose }: { apiKey: ApiKeyWithSecret; onClose: () => void }): ReactNode {
  const [isStored, setStored] = useState(false);
  const secret = apiKey.clientSecret.reveal();
  return (
    <Modal isOpen isKeyboardDismissDisabled>
      <Dialog>
        <Heading slot="title">Copy your API key now</Heading>
        <TextField value={secret} isReadOnly>
          <Label>Client secret</Label>
          <Input />
        </TextField>
        <Button onPress={() => navigator.clipboard.writeText(secret)}>Copy</Button>
        <Checkbox isSelected={isStored} onChange={setStored}>
          I have stored this key
        </Checkbox>
        <Button isDisabled={!isStored} onPress={onClose}>
          Done
        </Button>
      </Dialog>
    </Modal>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }): ReactNode {
  const revoke = async (): Promise<void> => {
    await sdk.keys.revoke(apiKey.id);
    onClose();
  };
  return (
    <Modal isOpen onOpenChange={onClose}>
      <Dialog role="alertdialog">
        <Heading slot="title">Revoke “{apiKey.name}”?</Heading>
        <Button autoFocus onPress={onClose}>
          Cancel
        </Button>
        <Button onPress={() => void revoke()}>Revoke</Button>
      </Dialog>
    </Modal>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: (key: ApiKey) => void }): ReactNode {
  return (
    <Table aria-label="API keys">
      <TableHeader>
        <Column isRowHeader>Name</Column>
        <Column>Client ID</Column>
        <Column>Created</Column>
        <Column>Last used</Column>
        <Column>IP restrictions</Column>
        <Column>Status</Column>
        <Column>Actions</Column>
      </TableHeader>
      <TableBody>
        {keys.map((key) => (
          <Row key={key.id} id={key.id}>
            <Cell>{key.name}</Cell>
            <Cell>{key.clientId}</Cell>
            <Cell>{dates.format(new Date(key.createdOn))}</Cell>
            <Cell>{key.lastUsedAt === null ? "Never" : dates.format(new Date(key.lastUsedAt))}</Cell>
            <Cell>{(key.ipAllowlist ?? []).length || "None"}</Cell>
            <Cell>{key.status}</Cell>
            <Cell>
              <Button onPress={() => onRevoke(key)}>Revoke</Button>
            </Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Page(): ReactNode {
  const [keys, setKeys] = useState<readonly ApiKey[] | null>(null);
  const [company, setCompany] = useState("");
  const [filter, setFilter] = useState("");
  const [isGenerating, setGenerating] = useState(false);
  const [created, setCreated] = useState<ApiKeyWithSecret | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const load = async (): Promise<void> => setKeys((await sdk.keys.listPage({ limit: 1000 })).items);
  useEffect(() => {
    void sdk.auth.getSession().then(({ activeCompany }) => setCompany(activeCompany.name));
    void load();
  }, []);
  return (
    <main>
      <h1>API Access</h1>
      <p>{company}</p>
      <Button onPress={() => setGenerating(true)}>Generate New API Key</Button>
      <SearchField value={filter} onChange={setFilter}>
        <Label>Filter keys</Label>
        <Input />
      </SearchField>
      {keys !== null && <KeyTable keys={keys.filter(({ name }) => name.includes(filter))} onRevoke={setRevoking} />}
      {isGenerating && (
        <GenerateDialog
          onClose={() => setGenerating(false)}
          onCreated={(key) => {
            setGenerating(false);
            setCreated(key);
            void load();
          }}
        />
      )}
      {created !== null && <RevealDialog apiKey={created} onClose={() => setCreated(null)} />}
      {revoking !== null && (
        <RevokeDialog
          apiKey={revoking}
          onClose={() => {
            setRevoking(null);
            void load();
          }}
        />
      )}
    </main>
  );
}

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Page />);
