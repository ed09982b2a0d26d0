// The least that a command-line tool in Node can do: it sends one request and prints the response. It is plain
// JavaScript, so that Node need not strip types.
const response = await fetch(process.argv[2], { headers: { authorization: `Bearer ${process.env.BRIKSYNC_TOKEN}` } });
process.stdout.write(await response.text());
