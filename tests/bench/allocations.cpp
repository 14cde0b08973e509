// SPDX-License-Identifier: GPL-2.0-only
// Replaces operator new and delete by ones that count.
#include "allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> count{0};

void* try_allocate(std::size_t size) noexcept
{
	count.fetch_add(1, std::memory_order_relaxed);
	// NOLINTNEXTLINE(cppcoreguidelines-no-malloc): what else is there below operator new?
	return std::malloc(size ? size : 1);
}

void* allocate(std::size_t size)
{
	if (void* memory = try_allocate(size))
		return memory;
	throw std::bad_alloc();
}

void release(void* memory) noexcept
{
	// NOLINTNEXTLINE(cppcoreguidelines-no-malloc)
	std::free(memory);
}

} // namespace

std::size_t allocations() noexcept
{
	return count.load(std::memory_order_relaxed);
}

void* operator new(std::size_t size)
{
	return allocate(size);
}

void* operator new[](std::size_t size)
{
	return allocate(size);
}

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept
{
	return try_allocate(size);
}

void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept
{
	return try_allocate(size);
}

void operator delete(void* memory) noexcept
{
	release(memory);
}

void operator delete[](void* memory) noexcept
{
	release(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept
{
	release(memory);
}

void operator delete[](void* memory, std::size_t /*size*/) noexcept
{
	release(memory);
}
