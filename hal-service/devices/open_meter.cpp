// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/open_meter.hpp"

#include "hal-service/devices/atm90e32.hpp"
#include "hal-service/devices/spi_bus.hpp"

#include <utility>

namespace devices {
namespace {

using Opened = shared::Result<std::unique_ptr<Meter>, std::string>;

template <class Chip>
Opened on_spi(const process::MeterWiring& wiring, Meter::Channels used, Meter::Pause pause) {
    auto bus = Spidev::open(wiring.device, Chip::spi_mode, wiring.hertz);
    if (!bus) return shared::Failure{bus.error()};
    return std::unique_ptr<Meter>(std::make_unique<Chip>(std::make_unique<Spidev>(*std::move(bus)),
                                                         wiring, used, std::move(pause)));
}

}  // namespace

Opened open_meter(const process::MeterWiring& wiring, Meter::Channels used, Meter::Pause pause) {
    switch (wiring.chip) {
        case process::MeterChip::Atm90e32: return on_spi<Atm90e32>(wiring, used, std::move(pause));
    }
    return shared::Failure{std::string("nothing is known of this chip")};
}

}  // namespace devices
