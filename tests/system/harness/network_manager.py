# SPDX-License-Identifier: Apache-2.0
"""A bus of its own with python-dbusmock's NetworkManager on it, handled by JSON lines.

Each line on the standard input is a request, each answered by a line on the standard output.
"""

import json
import os
import signal
import subprocess
import sys

import dbus

NAME = 'org.freedesktop.NetworkManager'
MANAGER = '/org/freedesktop/NetworkManager'
SETTINGS = MANAGER + '/Settings'
MOCK = 'org.freedesktop.DBus.Mock'
DEVICE = NAME + '.Device'
ACTIVE = NAME + '.Connection.Active'

ACTIVATE = 'ret = self.activate_connection(self, args[0], args[1], args[2])'
ADD = 'ret = self.SettingsAddConnection(args[0])'
# The machine is not told whether the password is right before the device has tried it.
ACTIVATING = (ACTIVATE + f"\nobjects[ret].props['{ACTIVE}']['State'] = dbus.UInt32(1)")
DENIED = ("raise dbus.exceptions.DBusException('Insufficient privileges', "
          "name='org.freedesktop.NetworkManager.PermissionDenied')")


class World:
    def __init__(self):
        self.bus_daemon = subprocess.Popen(
            ['dbus-daemon', '--session', '--nofork', '--nopidfile', '--print-address=1'],
            stdout=subprocess.PIPE, text=True)
        self.address = self.bus_daemon.stdout.readline().strip()
        os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = self.address
        self.bus = dbus.bus.BusConnection(self.address)
        self.mock = None

    def object(self, path, interface=MOCK):
        return dbus.Interface(self.bus.get_object(NAME, path, introspect=False), interface)

    def start(self, _):
        self.mock = subprocess.Popen(
            [sys.executable, '-m', 'dbusmock', '--system', '--template', 'networkmanager'],
            stdout=subprocess.DEVNULL)
        while not self.bus.name_has_owner(NAME):
            if self.mock.poll() is not None:
                raise RuntimeError('dbusmock has ended')

    def device(self, request):
        manager = self.object(MANAGER)
        if request['kind'] == 'wifi':
            manager.AddWiFiDevice(request['name'], request['name'], request.get('state', 30))
        else:
            manager.AddEthernetDevice(request['name'], request['name'], request.get('state', 100))

    def point(self, request):
        self.object(MANAGER).AddAccessPoint(
            f"{MANAGER}/Devices/{request['device']}", request['name'], request['ssid'],
            '00:11:22:33:44:55', 2, 2425, 5400, request['strength'],
            0x100 if request.get('secure', True) else 0)

    # A network that somebody else has set up, and is connected.
    def foreign(self, request):
        device = f"{MANAGER}/Devices/{request['device']}"
        manager = self.object(MANAGER)
        profile = manager.AddWiFiConnection(device, 'foreign', request['ssid'], '')
        manager.AddActiveConnection([device], profile, f"{MANAGER}/AccessPoint/{request['point']}",
                                    'foreign', dbus.UInt32(2))

    # How NetworkManager behaves from now on.
    def manner(self, request):
        manager, settings = self.object(MANAGER), self.object(SETTINGS)
        activate = {'activating': ACTIVATING, 'denied': DENIED}.get(request.get('activate'), ACTIVATE)
        manager.AddMethod(NAME, 'ActivateConnection', 'ooo', 'o', activate)
        add = {'denied': DENIED}.get(request.get('add'), ADD)
        settings.AddMethod(NAME + '.Settings', 'AddConnection', 'a{sa{sv}}', 'o', add)
        if 'permission' in request:
            manager.AddMethod(
                NAME, 'GetPermissions', '', 'a{ss}',
                "ret = {'org.freedesktop.NetworkManager.settings.modify.system': '%s'}"
                % request['permission'])

    def activating(self):
        all_active = self.object(MANAGER, dbus.PROPERTIES_IFACE).Get(NAME, 'ActiveConnections')
        for path in all_active:
            active = self.object(path, dbus.PROPERTIES_IFACE)
            if active.Get(ACTIVE, 'State') == 1:
                yield path, active.Get(ACTIVE, 'Devices')[0]

    # What is being connected fails, with an NMDeviceStateReason; tells whether something was.
    def fail(self, request):
        failed = False
        for path, device in list(self.activating()):
            self.object(device).EmitSignal(
                DEVICE, 'StateChanged', 'uuu',
                [dbus.UInt32(120), dbus.UInt32(60), dbus.UInt32(request['reason'])])
            self.object(MANAGER).RemoveActiveConnection(device, path)
            failed = True
        return failed

    def profiles(self, _):
        found = []
        for path in self.object(SETTINGS, NAME + '.Settings').ListConnections():
            try:
                settings = self.object(path, NAME + '.Settings.Connection').GetSettings()
            except dbus.DBusException:
                continue  # it was removed meanwhile
            wireless = settings['802-11-wireless']
            security = settings.get('802-11-wireless-security', {})
            found.append({
                'uuid': str(settings['connection']['uuid']),
                'autoconnect': bool(settings['connection'].get('autoconnect', True)),
                'ssid': bytes(wireless['ssid']).hex(),
                'hidden': bool(wireless.get('hidden', False)),
                'security': {str(key): str(value) for key, value in security.items()},
            })
        return found

    def active(self, _):
        all_active = self.object(MANAGER, dbus.PROPERTIES_IFACE).Get(NAME, 'ActiveConnections')
        return [str(self.object(path, dbus.PROPERTIES_IFACE).Get(ACTIVE, 'Uuid'))
                for path in all_active]

    def freeze(self, _):
        self.mock.send_signal(signal.SIGSTOP)

    def thaw(self, _):
        self.mock.send_signal(signal.SIGCONT)

    def stop(self, _):
        if self.mock:
            self.mock.kill()
            self.mock.wait()
            self.mock = None

    def end(self):
        self.stop(None)
        self.bus_daemon.kill()
        self.bus_daemon.wait()


def main():
    world = World()
    print(json.dumps({'address': world.address}), flush=True)
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {'ok': True, 'result': getattr(world, request['do'])(request)}
            except Exception as error:  # the test shows it
                answer = {'ok': False, 'error': repr(error)}
            print(json.dumps(answer), flush=True)
    finally:
        world.end()


main()
