// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>

#include "atomic_file.hpp"
#include "saved_limits.hpp"

namespace vfctl::tool {

void add_save(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "save", "Write the limits of all VFs to a file",
					"vfctl save /etc/vfctl/limits.json\n"
					"vfctl save | ssh other-host vfctl restore -");
	const auto path = std::make_shared<std::string>("-");
	command.add_option("FILE", *path, "replaced in one step; without it, or -, to stdout")
		->option_text(" ");
	command.callback([&ctx, path] {
		const std::string text = to_file(ctx.client().vfs(vf_presence::any));
		if (*path == "-")
			ctx.print(text);
		else
			write_file(*path, text);
	});
}

} // namespace vfctl::tool
