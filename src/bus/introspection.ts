import type { Argument, InterfaceDefinition } from './definition.js';

const HEAD =
  '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN" ' +
  '"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">';

/** What every object has. Set is there because it answers, with a refusal. */
const STANDARD = `  <interface name="org.freedesktop.DBus.Peer">
    <method name="Ping"/>
    <method name="GetMachineId">
      <arg name="machine_uuid" type="s" direction="out"/>
    </method>
  </interface>
  <interface name="org.freedesktop.DBus.Introspectable">
    <method name="Introspect">
      <arg name="xml_data" type="s" direction="out"/>
    </method>
  </interface>`;

const PROPERTIES = `  <interface name="org.freedesktop.DBus.Properties">
    <method name="Get">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="properties" type="a{sv}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface_name" type="s"/>
      <arg name="changed_properties" type="a{sv}"/>
      <arg name="invalidated_properties" type="as"/>
    </signal>
  </interface>`;

/** The answer of Introspect on the object itself. */
export function introspectObject(definition: InterfaceDefinition): string {
  return node(STANDARD, PROPERTIES, interfaceXml(definition, false));
}

/** The answer on a path above it, so that `busctl tree` and browsers find the way down. */
export function introspectParent(child: string): string {
  return node(STANDARD, `  <node name="${child}"/>`);
}

/** The file for share/dbus-1/interfaces, with the texts as comments. */
export function interfaceFile(definition: InterfaceDefinition): string {
  return node(interfaceXml(definition, true));
}

const node = (...parts: readonly string[]): string => [HEAD, '<node>', ...parts, '</node>', ''].join('\n');

function interfaceXml(definition: InterfaceDefinition, documented: boolean): string {
  const comment = (text: string): string[] =>
    documented ? ['', `    <!-- ${text.replaceAll('--', '-')} -->`] : [];
  const { properties, methods, signals } = definition;
  return [
    `  <interface name="${definition.name}">`,
    ...properties.flatMap(({ name, type, constant, text }) => [
      ...comment(text),
      `    <property name="${name}" type="${type}" access="read">`,
      `      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="${constant === true ? 'const' : 'true'}"/>`,
      '    </property>',
    ]),
    ...methods.flatMap((method) => [
      ...comment(method.text),
      ...element('method', method.name, [
        ...method.in.map((one) => argument(one, ' direction="in"')),
        ...method.out.map((one) => argument(one, ' direction="out"')),
      ]),
    ]),
    ...signals.flatMap((signal) => [
      ...comment(signal.text),
      ...element(
        'signal',
        signal.name,
        signal.out.map((one) => argument(one, '')),
      ),
    ]),
    '  </interface>',
  ].join('\n');
}

function element(kind: string, name: string, inner: readonly string[]): string[] {
  if (inner.length === 0) return [`    <${kind} name="${name}"/>`];
  return [`    <${kind} name="${name}">`, ...inner, `    </${kind}>`];
}

const argument = ({ name, type }: Argument, direction: string): string =>
  `      <arg name="${name}" type="${type}"${direction}/>`;
