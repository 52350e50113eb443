import { readInvocation } from '../config/service/invocation.js';
import { variableDifferences } from '../config/service/variables.js';
import { configurationOf } from '../config/settle.js';
import { NEWEST_SUPPORTED } from '../config/installed-crio/crio-version.js';
import { askInstalledVersion } from '../config/installed-crio/installed-version.js';
import { valueOf } from '../host/probe.js';
import { configurationJson, configurationText } from '../report/text/configuration.js';
import { guardConfigurationText } from '../report/text/guard-configuration.js';
import { EXIT } from './exit-code.js';
import type { CheckRequest } from '../check/check-host.js';
import type { Session } from './session.js';

/** `--config`: the effective storage and our own settings, with the origin of every value and what it overrode. */
export async function runConfig(session: Session, request: CheckRequest, json: boolean): Promise<number> {
  const { host } = session;
  const invocation = await readInvocation(host, { inherited: false, flags: request.crioFlags });
  const version =
    request.crioVersion ?? valueOf(await askInstalledVersion(host, invocation.program)) ?? NEWEST_SUPPORTED;
  const configuration = await configurationOf(host, invocation, version);
  const differences = variableDifferences(host, invocation);
  const { columns } = session.style();
  session.print(
    json
      ? configurationJson(configuration, differences, session.configuration)
      : configurationText(configuration, version, differences, columns) +
          guardConfigurationText(session.configuration, columns),
  );
  switch (configuration.kind) {
    case 'resolved':
      return session.configuration.unread.length > 0 ? EXIT.unknown : EXIT.ok;
    case 'refused':
      return EXIT.error;
    case 'unknown':
      return EXIT.unknown;
  }
}
