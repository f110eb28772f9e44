import { checkCode, listSandboxMessages, startVerification } from './generated';
import { client } from './generated/client.gen';

// Arguments: address of the server, a test key. Prints what the client saw.
async function main([address, key]: string[]): Promise<void> {
  client.setConfig({ baseUrl: address, auth: () => key });
  const started = await startVerification({ body: { to: { phoneNumber: '+12025550100' }, resendPolicy: 'keep-previous-until-accepted' }, throwOnError: true });
  const inbox = await listSandboxMessages({ query: { alias: started.data.alias }, throwOnError: true });
  const judged = await checkCode({ path: { id: started.data.id }, body: { code: inbox.data.messages[0].code }, throwOnError: true });
  console.log(`hey-api ${judged.data.valid} ${judged.data.status} ${judged.data.destination.lineType}`);
  const refused = await startVerification({ body: { to: { phoneNumber: '+1' } } });
  console.log(`hey-api ${refused.error?.status} ${refused.error?.type.split('/').pop()}: ${refused.error?.detail}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
